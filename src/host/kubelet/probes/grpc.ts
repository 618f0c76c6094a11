import { connect } from 'node:http2';

const serving = 1;
const states = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/**
 * Asks `grpc.health.v1.Health/Check`; undefined when the service says it serves, else why not. The two messages are one field each, so
 * they are written and read here.
 */
export function checkHealth(
  host: string,
  port: number,
  service: string,
  timeout: number,
): Promise<string | undefined> {
  return new Promise(resolve => {
    const session = connect(`http://${host}:${port}`);
    const done = (told: string | undefined): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(told);
    };
    const late = `timeout: failed to connect service "${host}:${port}" within ${timeout / 1000}s`;
    const timer = setTimeout(() => done(late), timeout);
    session.on('error', error => done(`rpc error: code = Unavailable desc = ${error.message}`));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let failure: string | undefined;
    const read = (headers: Record<string, unknown>): void => {
      const { 'grpc-status': status = '0', 'grpc-message': message = '' } = headers;
      if (String(status) !== '0') failure = `rpc error: code = ${String(status)} desc = ${String(message)}`;
    };
    stream.on('response', read);
    stream.on('trailers', read);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A session that fails ends its streams first, and says why itself.
    stream.on('error', error => setImmediate(done, `rpc error: code = Unavailable desc = ${error.message}`));
    stream.on('end', () => done(failure ?? verdict(Buffer.concat(chunks))));
    stream.end(requestOf(service));
  });
}

/** `HealthCheckRequest{service = 1}`, behind the five bytes of a gRPC message. */
function requestOf(service: string): Buffer {
  const name = Buffer.from(service);
  const body = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** `HealthCheckResponse{status = 1}`. */
function verdict(message: Buffer): string | undefined {
  const status = message[5] === 0x08 ? (message[6] ?? 0) : 0;
  if (status === serving) return undefined;
  return `service unhealthy (responded with "${states[status] ?? String(status)}")`;
}
