import { badRequest, parseApiVersion, StatusError } from '../../meta/index.ts';
import { messageName, messageTable } from '../../kinds/index.ts';
import {
  CostlyDocument,
  DecodeError,
  decodeMessage,
  DocumentsClosed,
  openEnvelope,
  type Parsed,
  parseJson,
  parseYaml,
  ProtobufError,
} from '../../schema/index.ts';
import type { Call, KindCall } from '../call.ts';
import { bodyMedia } from './negotiate.ts';

export const protobuf = 'application/vnd.kubernetes.protobuf';

/** Bytes of YAML that are read between other requests; longer ones take too long for that. */
const largestYaml = 32 * 1024;

/** The media types of bodies that may be YAML. */
const yamls = ['application/yaml', 'application/apply-patch+yaml'];

/**
 * The call with its document, where its body is YAML that takes its time: read beside everything else, and told when it is asked for.
 * @throws StatusError 429 when too many of them wait
 */
export async function withDocument(call: KindCall): Promise<KindCall> {
  const { body, head, sink, user } = call;
  if (!takesDocument(call)) return call;
  if (body.length <= largestYaml || !yamls.includes(bodyMedia(head.header('content-type')))) return call;
  const { documents } = call.parts;
  const reading = documents.read(body, { name: user.name, isWanted: () => !sink.aborted });
  if (reading === undefined) throw tooManyDocuments();
  try {
    const parsed = await reading;
    return { ...call, document: () => parsed };
  } catch (error) {
    const fault = faultOf(error);
    return {
      ...call,
      document: () => {
        throw fault;
      },
    };
  }
}

/** Whether the operation looks at what the body holds: connections pass it on. */
function takesDocument({ info, subresource }: KindCall): boolean {
  return info.verb !== 'get' && info.verb !== 'list' && subresource?.connects !== true;
}

function faultOf(error: unknown): unknown {
  if (error instanceof CostlyDocument) return tooCostly(error);
  if (!(error instanceof DocumentsClosed)) return error;
  return new StatusError(503, 'ServiceUnavailable', error.message, { retryAfterSeconds: 1 });
}

function tooManyDocuments(): StatusError {
  const message = 'Too many requests: large documents in YAML wait already. Send JSON, or try again later.';
  return new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });
}

function tooCostly({ message }: CostlyDocument): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

/** @throws DecodeError when the body is no YAML, StatusError 413 when it takes too much to know, 503 when the server is ending. */
export function parseYamlBody({ document, body }: Call): Parsed {
  return document === undefined ? parseYaml(body) : document();
}

/** @throws StatusError 400 when it is no document, 413 and 503 as above. */
export function parseBody(call: Call, yaml: boolean, kind: string): Parsed {
  try {
    return yaml ? parseYamlBody(call) : parseJson(call.body);
  } catch (error) {
    throw unrecognized(kind, wrongIn(error), call.body, yaml);
  }
}

/**
 * What is wrong with a body that could not be read.
 * @throws what has another reason: no fault of whoever sent it
 */
export function wrongIn(error: unknown): string {
  if (error instanceof DecodeError) return error.message;
  throw error;
}

/** A body in protocol buffers, as client libraries send what they know: read into what its JSON would be. */
export function parseProtobuf(body: Uint8Array, expected: string): Parsed {
  try {
    const { apiVersion, kind, raw } = openEnvelope(body);
    const { group, version } = parseApiVersion(apiVersion);
    const isOptions = kind.endsWith('Options');
    const name = messageName(isOptions ? 'meta.k8s.io' : group, isOptions ? 'v1' : version, kind);
    if (messageTable()[name] === undefined) {
      throw new ProtobufError(
        `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`,
      );
    }
    const value = decodeMessage(messageTable(), name, raw) as object;
    return { value: { kind, apiVersion, ...value }, strict: [] };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${expected}): ${error.message}`);
  }
}

/** A body that is not even a document. */
export function unrecognized(kind: string, fault: string, body: Uint8Array, yaml: boolean): StatusError {
  const wrapped = yaml ? fault : `couldn't get version/kind; json parse error: ${fault}`;
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${wrapped} (${shown(body)})`,
  );
}

/** The beginning of a body: its text when it looks like JSON, else its bytes. */
export function shown(body: Uint8Array): string {
  if (body.length === 0) return '<empty>';
  const bytes = Buffer.from(body);
  if (bytes[0] !== 0x7b) return bytes.subarray(0, 2048).toString('hex');
  const text = bytes.toString();
  return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
}
