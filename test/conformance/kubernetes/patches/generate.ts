/**
 * Records the corpus: random objects, random patches of them, and what a real API server makes of each.
 *   node generate.ts --server https://127.0.0.1:16443 --token admin-token [--seed 1] [--steps 2600] [--out FILE]
 * The server has no controllers, so that nothing else changes the objects, and its namespace `default` a service account `default`.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { constants, zstdCompressSync } from 'node:zlib';
import { type Answer, Client } from './client.ts';
import { corpusFile, type Step, type Story } from './corpus.ts';
import { applied, jsonDocument, mergeDocument, type PatchType, strategicDocument } from './documents.ts';
import { gadgetDefinition } from './gadget.ts';
import { type Sketch, sketches } from './objects.ts';
import { type Fields, Random, type Value } from './random.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'https://127.0.0.1:16443' },
    token: { type: 'string', default: 'admin-token' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '2600' },
    out: { type: 'string' },
  },
});
const client = new Client(values.server, values.token);
const random = new Random(Number(values.seed));

const mediaTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

async function prepare(): Promise<void> {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await client.ask('POST', definitions, 'application/json', gadgetDefinition as unknown as Value);
  const account = { metadata: { name: 'default' } };
  await client.ask('POST', '/api/v1/namespaces/default/serviceaccounts', 'application/json', account);
  const gadgets = sketches.find(one => !one.typed) as Sketch;
  while ((await client.ask('GET', gadgets.path)).code !== 200) await new Promise(setImmediate);
}

/** What is left to chance and time in an object, replaced by what is not. */
function settled(object: Fields, epoch: number): Fields {
  const metadata = {
    ...(object['metadata'] as Fields),
    uid: 'uid',
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  const entries = (metadata as Fields)['managedFields'] as Fields[] | undefined;
  const settledEntries = entries?.map(entry =>
    entry['time'] === undefined ? entry : { ...entry, time: relative(entry['time'] as string, epoch) },
  );
  const { resourceVersion: _, ...rest } = metadata as Fields;
  return {
    ...object,
    metadata: { ...rest, ...(settledEntries !== undefined && { managedFields: settledEntries }) },
  };
}

function relative(time: string, epoch: number): string {
  return new Date(Date.UTC(2026, 0, 1) + Date.parse(time) - epoch).toISOString().replace('.000', '');
}

/** Whether an answer says something of patches: not what validation or the decoder refuse afterwards. */
function tells({ code, body }: Answer): boolean {
  const message = typeof body['message'] === 'string' ? body['message'] : '';
  if (code < 300) return true;
  if (message.includes('is invalid:') || message.includes('failed to convert')) return false;
  return (
    !/immutable|undeterminable|does not match the name|strict decoding|cannot be handled|must be set/.test(
      message,
    ) &&
    code !== 415 &&
    code !== 404 &&
    message !== ''
  );
}

function outcome(
  { code, body }: Answer,
  epoch: number,
): Pick<Step, 'code' | 'message' | 'causes' | 'object'> {
  if (code < 300) return { code, object: settled(body, epoch) };
  const causes = (body['details'] as Fields | undefined)?.['causes'];
  return { code, message: body['message'] as string, ...(causes !== undefined && { causes }) };
}

/** As client-side apply leaves an object. */
function annotate(body: Fields): void {
  const metadata = body['metadata'] as Fields;
  const text = `${JSON.stringify(body)}\n`;
  const annotations = { ...(metadata['annotations'] as Fields | undefined), [lastApplied]: text };
  body['metadata'] = { ...metadata, annotations };
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

let serial = 0;

async function story(
  sketch: Sketch,
  length: number,
  managers: readonly string[],
): Promise<Story | undefined> {
  const name = `s${serial++}`;
  const place = `${sketch.path}/${name}`;
  const byApply = random.chance(0.5);
  const manager = random.pick(managers);
  const whole = sketch.whole(random);
  const body: Fields = {
    apiVersion: sketch.apiVersion,
    kind: sketch.kind,
    ...whole,
    metadata: { ...(whole['metadata'] as Fields), name },
  };
  if (!byApply && manager === 'kubectl') annotate(body);
  const created = byApply
    ? await client.ask('PATCH', `${place}?fieldManager=${manager}`, mediaTypes.apply, body)
    : await client.ask('POST', `${sketch.path}?fieldManager=${manager}`, 'application/json', body);
  if (created.code !== 201) return undefined;
  const epoch = Date.parse((created.body['metadata'] as Fields)['creationTimestamp'] as string);
  const first: Step = {
    type: byApply ? 'apply' : 'create',
    manager,
    body,
    kept: true,
    ...outcome(created, epoch),
  };
  const steps = [first];
  let object = created.body;
  for (let at = 0; at < length; at++) {
    const [step, next] = await oneStep(sketch, place, name, object, epoch, managers);
    if (step !== undefined) steps.push(step);
    object = next;
  }
  await client.ask('PATCH', place, mediaTypes.merge, { metadata: { finalizers: null } });
  await client.ask('DELETE', `${place}?gracePeriodSeconds=0`);
  return { kind: sketch.kind, steps };
}

async function oneStep(
  sketch: Sketch,
  place: string,
  name: string,
  object: Fields,
  epoch: number,
  managers: readonly string[],
): Promise<[Step | undefined, Fields]> {
  const manager = random.pick(managers);
  const subresource =
    random.chance(0.25) && sketch.subresources.length > 0 ? random.pick(sketch.subresources) : '';
  if (subresource === 'scale') return scaleStep(place, manager, object, epoch);
  const status = subresource === 'status';
  const type = random.pick<PatchType>(
    sketch.typed
      ? ['json', 'merge', 'strategic', 'strategic', 'apply', 'apply']
      : ['json', 'merge', 'apply', 'apply'],
  );
  const force = type === 'apply' && random.chance(0.4);
  const kept = random.chance(0.6);
  const body = documentOf(type, sketch, object, name, status);
  const query = `?fieldManager=${manager}${force ? '&force=true' : ''}${kept ? '' : '&dryRun=All'}&fieldValidation=Ignore`;
  const path = `${place}${status ? '/status' : ''}`;
  const answer = await client.ask('PATCH', `${path}${query}`, mediaTypes[type], body);
  const again = async (): Promise<Answer> => client.ask('PATCH', `${path}${query}`, mediaTypes[type], body);
  const step: Step = {
    type,
    manager,
    ...(force && { force }),
    ...(status && { subresource }),
    body,
    kept: kept && answer.code < 300,
    ...outcome(answer, epoch),
  };
  const sure = tells(answer) && (await isSure(answer, again));
  return [sure ? step : undefined, step.kept ? answer.body : object];
}

/** Whether the server says the same of the same faults: of several it names one that its maps give first. */
async function isSure(answer: Answer, again: () => Promise<Answer>): Promise<boolean> {
  if (answer.code < 400 || answer.code === 409) return true;
  for (let tries = 0; tries < 8; tries++) {
    const { code, body } = await again();
    if (code !== answer.code || body['message'] !== answer.body['message']) return false;
  }
  return true;
}

function documentOf(type: PatchType, sketch: Sketch, object: Fields, name: string, status: boolean): Value {
  if (type === 'apply') return applied(random, sketch, name, status);
  if (type === 'json') return jsonDocument(random, sketch, object, status);
  if (type === 'strategic') return strategicDocument(random, sketch, status);
  if (random.chance(0.02)) return { metadata: { managedFields: [{}] } };
  return mergeDocument(random, sketch, status);
}

async function scaleStep(
  place: string,
  manager: string,
  object: Fields,
  epoch: number,
): Promise<[Step | undefined, Fields]> {
  const body = { spec: { replicas: random.below(4) } };
  const answer = await client.ask('PATCH', `${place}/scale?fieldManager=${manager}`, mediaTypes.merge, body);
  if (answer.code !== 200) return [undefined, object];
  const after = await client.ask('GET', place);
  return [
    { type: 'scale', manager, subresource: 'scale', body, kept: true, ...outcome(after, epoch) },
    after.body,
  ];
}

const few = ['m1', 'm2', 'm3', 'kubectl'];
const many = Array.from({ length: 16 }, (_, index) => `u${index}`);

async function record(wanted: number): Promise<Story[]> {
  const stories: Story[] = [];
  let steps = 0;
  while (steps < wanted) {
    const crowd = random.chance(0.04);
    const made = await story(random.pick(sketches), crowd ? 30 : 10, crowd ? many : few);
    if (made === undefined) continue;
    stories.push(made);
    steps += made.steps.length;
  }
  return stories;
}

await prepare();
const stories = await record(Number(values.steps));
const text = stories.map(one => `${JSON.stringify(one)}\n`).join('');
const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: 24 };
writeFileSync(values.out ?? corpusFile, zstdCompressSync(text, { params }));
client.close();
const counts: Record<string, number> = {};
for (const { kind, steps } of stories) {
  for (const { type, code } of steps) {
    for (const key of [kind, type, String(code)]) counts[key] = (counts[key] ?? 0) + 1;
  }
}
console.log(counts, text.length);
