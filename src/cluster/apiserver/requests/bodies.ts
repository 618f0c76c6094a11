import { badRequest, parseApiVersion, StatusError } from '../../meta/index.ts';
import { messageName, messageTable } from '../../kinds/index.ts';
import {
  decodeMessage,
  openEnvelope,
  type Parsed,
  parseJson,
  parseYaml,
  ProtobufError,
} from '../../schema/index.ts';

export const protobuf = 'application/vnd.kubernetes.protobuf';

/** YAML takes seconds a megabyte to read, in which nobody else is served. */
const largestYaml = 1024 * 1024;

/** @throws StatusError 413 when the text is large and not JSON, whatever it is sent as. */
export function parseBoundedYaml(body: Uint8Array): Parsed {
  if (body.length <= largestYaml) return parseYaml(body);
  try {
    return parseJson(body);
  } catch {
    const message = `Request entity too large: limit is ${largestYaml}`;
    throw new StatusError(413, 'RequestEntityTooLarge', message);
  }
}

/** @throws StatusError 400 when it is no document, 413 as above. */
export function parseBody(body: Uint8Array, yaml: boolean, kind: string): Parsed {
  try {
    return yaml ? parseBoundedYaml(body) : parseJson(body);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw unrecognized(kind, (error as Error).message, body, yaml);
  }
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
