var A=process.getBuiltinModule("node:crypto"),y=t=>A.createHash("sha256").update(t).digest("hex"),l=(t,e)=>A.createHmac("sha256",t).update(e).digest();function h(t,e,S,d,n){let o=new Date(d).toISOString().replace(/[:-]|\.\d+/g,""),s={...t,"x-amz-date":o,"x-amz-security-token":n.AWS_SESSION_TOKEN??""},a=Object.keys(s).sort(),i=a.join(";"),r=[o.slice(0,8),S,"ssm","aws4_request"],m=`POST
/

${a.map(c=>`${c}:${s[c]}
`).join("")}
${i}
${y(e)}`,g=`AWS4-HMAC-SHA256
${o}
${r.join("/")}
${y(m)}`,u=r.reduce(l,`AWS4${n.AWS_SECRET_ACCESS_KEY}`);return s.authorization=`AWS4-HMAC-SHA256 Credential=${n.AWS_ACCESS_KEY_ID}/${r.join("/")}, SignedHeaders=${i}, Signature=${l(u,g).toString("hex")}`,s}async function E(t,e,S,d){let n=`${e.AWS_REGION}`,o=n.startsWith("cn-")?".cn":"",s=e.AWS_ENDPOINT_URL_SSM??e.AWS_ENDPOINT_URL,{host:a,origin:i}=new URL(s??`https://ssm.${n}.amazonaws.com${o}`),r=JSON.stringify({Names:t,WithDecryption:!0}),g=h({"content-type":"application/x-amz-json-1.1","x-amz-target":"AmazonSSM.GetParameters",host:a},r,n,d,e),c=(JSON.parse(await S(i,{method:"POST",headers:g,body:r})).Parameters??[]).filter(({Type:p})=>p==="SecureString");return Object.fromEntries(c.map(({Name:p="",Value:f})=>[p,f]))}export{E as readSecureStrings};
