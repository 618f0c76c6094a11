// The least that Node's own HTTP server can do for this request: read the body, parse it, decide, answer.
// The model is a tree with two cuts (petal length and petal width), so next to nothing is computed.
import { createServer } from 'node:http';

function classify(data) {
  const classes = [];
  for (let i = 0; i < data.length; i += 4) classes.push(data[i + 2] < 2.45 ? 0 : data[i + 3] < 1.75 ? 1 : 2);
  return classes;
}

function answer(body) {
  const classes = classify(JSON.parse(body).inputs[0].data);
  const output = { name: 'predict', datatype: 'INT64', shape: [classes.length], data: classes };
  return JSON.stringify({ model_name: 'iris', outputs: [output] });
}

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const text = answer(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    });
    response.end(text);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
