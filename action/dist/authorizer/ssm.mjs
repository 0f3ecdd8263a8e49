import{a as g,c as f}from"./chunk.mjs";var A=process.getBuiltinModule("node:crypto"),l=t=>A.createHash("sha256").update(t).digest("hex"),h=(t,e)=>A.createHmac("sha256",t).update(e).digest();function _(t,e,S,d,r){let s=new Date(d).toISOString().replace(/[:-]|\.\d+/g,""),n={...t,"x-amz-date":s,"x-amz-security-token":r.AWS_SESSION_TOKEN??""},a=Object.keys(n).sort(),c=a.join(";"),o=[s.slice(0,8),S,"ssm","aws4_request"],i=`POST
/

${a.map(p=>`${p}:${n[p]}
`).join("")}
${c}
${l(e)}`,m=`AWS4-HMAC-SHA256
${s}
${o.join("/")}
${l(i)}`,u=o.reduce(h,`AWS4${r.AWS_SECRET_ACCESS_KEY}`);return n.authorization=`AWS4-HMAC-SHA256 Credential=${r.AWS_ACCESS_KEY_ID}/${o.join("/")}, SignedHeaders=${c}, Signature=${h(u,m).toString("hex")}`,n}function W({issuer:t,secrets:{names:e}},S,d,r){let{fetch:n=g,now:a}=r,c=async p=>S(await w(e,d,n,a(),p)),{value:o,age:i,refresh:m,required:u}=f(t,r,c);return async()=>(o()&&i()>=3e5&&await m(),u())}async function w(t,e,S,d,r){let s=`${e.AWS_REGION}`,n=s.startsWith("cn-")?".cn":"",a=e.AWS_ENDPOINT_URL_SSM??e.AWS_ENDPOINT_URL,{host:c,origin:o}=new URL(a??`https://ssm.${s}.amazonaws.com${n}`),i=JSON.stringify({Names:t,WithDecryption:!0}),u=_({"content-type":"application/x-amz-json-1.1","x-amz-target":"AmazonSSM.GetParameters",host:c},i,s,d,e),$=(JSON.parse(await S(o,{method:"POST",headers:u,body:i,budgetMs:r})).Parameters??[]).filter(({Type:y})=>y==="SecureString");return Object.fromEntries($.map(({Name:y="",Value:x})=>[y,x]))}export{W as parameterKeys,w as readSecureStrings};
