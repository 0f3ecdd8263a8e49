import{a as g,c as f}from"./chunk.mjs";var A=process.getBuiltinModule("node:crypto"),h=e=>A.createHash("sha256").update(e).digest("hex"),l=(e,t)=>A.createHmac("sha256",e).update(t).digest();function _(e,t,u,o,a){let r=new Date(o).toISOString().replace(/[:-]|\.\d+/g,""),s={...e,"x-amz-date":r,"x-amz-security-token":a.AWS_SESSION_TOKEN??""},c=Object.keys(s).sort(),i=c.join(";"),n=[r.slice(0,8),u,"ssm","aws4_request"],S=`POST
/

${c.map(m=>`${m}:${s[m]}
`).join("")}
${i}
${h(t)}`,p=`AWS4-HMAC-SHA256
${r}
${n.join("/")}
${h(S)}`,d=n.reduce(l,`AWS4${a.AWS_SECRET_ACCESS_KEY}`);return s.authorization=`AWS4-HMAC-SHA256 Credential=${a.AWS_ACCESS_KEY_ID}/${n.join("/")}, SignedHeaders=${i}, Signature=${l(d,p).toString("hex")}`,s}function C(e,t,u,o){let{fetch:r=g,now:s}=o,c=async d=>t(e,await O(e.secrets.names,u,r,s(),d)),{value:i,age:n,refresh:S,required:p}=f(e.issuer,o,c);return async()=>(i()&&n()>=3e5&&await S(),p())}async function O(e,t,u,o,a){let r=`${t.AWS_REGION}`,s=r.startsWith("cn-")?".cn":"",c=t.AWS_ENDPOINT_URL_SSM??t.AWS_ENDPOINT_URL,{host:i,origin:n}=new URL(c??`https://ssm.${r}.amazonaws.com${s}`),S=JSON.stringify({Names:e,WithDecryption:!0}),d=_({"content-type":"application/x-amz-json-1.1","x-amz-target":"AmazonSSM.GetParameters",host:i},S,r,o,t),$=(x(await u(n,{method:"POST",headers:d,body:S,budgetMs:a})).Parameters??[]).filter(({Type:y})=>y==="SecureString");return Object.fromEntries($.map(({Name:y="",Value:w})=>[y,w]))}function x(e){try{return Object(JSON.parse(e))}catch{throw new Error("The answer of SSM is not JSON.")}}export{C as parameterKeys,O as readSecureStrings};
