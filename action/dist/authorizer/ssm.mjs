import{b as g}from"./chunk.mjs";var h=process.getBuiltinModule("node:crypto"),f=t=>h.createHash("sha256").update(t).digest("hex"),l=(t,e)=>h.createHmac("sha256",t).update(e).digest();function A(t,e,S,d,r){let s=new Date(d).toISOString().replace(/[:-]|\.\d+/g,""),n={...t,"x-amz-date":s,"x-amz-security-token":r.AWS_SESSION_TOKEN??""},a=Object.keys(n).sort(),c=a.join(";"),o=[s.slice(0,8),S,"ssm","aws4_request"],i=`POST
/

${a.map(u=>`${u}:${n[u]}
`).join("")}
${c}
${f(e)}`,m=`AWS4-HMAC-SHA256
${s}
${o.join("/")}
${f(i)}`,p=o.reduce(l,`AWS4${r.AWS_SECRET_ACCESS_KEY}`);return n.authorization=`AWS4-HMAC-SHA256 Credential=${r.AWS_ACCESS_KEY_ID}/${o.join("/")}, SignedHeaders=${c}, Signature=${l(p,m).toString("hex")}`,n}function H({issuer:t,secrets:{names:e}},S,d,r){let{fetch:n,now:a}=r,c=async u=>S(await w(e,d,n,a(),u)),{value:o,age:i,refresh:m,required:p}=g(t,r,c);return async()=>(o()&&i()>=3e5&&await m(),p())}async function w(t,e,S,d,r){let s=`${e.AWS_REGION}`,n=s.startsWith("cn-")?".cn":"",a=e.AWS_ENDPOINT_URL_SSM??e.AWS_ENDPOINT_URL,{host:c,origin:o}=new URL(a??`https://ssm.${s}.amazonaws.com${n}`),i=JSON.stringify({Names:t,WithDecryption:!0}),p=A({"content-type":"application/x-amz-json-1.1","x-amz-target":"AmazonSSM.GetParameters",host:c},i,s,d,e),_=(JSON.parse(await S(o,{method:"POST",headers:p,body:i,budgetMs:r})).Parameters??[]).filter(({Type:y})=>y==="SecureString");return Object.fromEntries(_.map(({Name:y="",Value:$})=>[y,$]))}export{H as parameterKeys,w as readSecureStrings};
