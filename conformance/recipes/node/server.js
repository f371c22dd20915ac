const fs = require("fs");
const http2 = require("http2");

const large = fs.readFileSync("@root@/large");

function answer(request, response) {
  const status = /^\/status\/(204|304)$/.exec(request.url);
  if (status) {
    response.writeHead(Number(status[1]));
    response.end();
  } else if (request.url === "/echo" && request.method === "POST") {
    response.writeHead(200, { "content-type": "text/plain" });
    request.pipe(response);
  } else {
    response.writeHead(200, { "content-type": "text/plain" });
    response.end(request.url === "/large" ? large : "hello from node\n");
  }
}

const tls = { cert: fs.readFileSync("@cert@"), key: fs.readFileSync("@key@") };
http2.createServer(answer).listen(Number("@tcp@"), "127.0.0.1");
http2.createSecureServer(tls, answer).listen(Number("@tls@"), "127.0.0.1");
