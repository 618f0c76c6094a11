import { rooms } from '../../rooms.ts';

/** ARCHITECTURE.md: the rooms out of `rooms.ts`, and how a request and a model file travel through them. */
export function renderArchitecture(): string {
  const rows = rooms.map(({ path, purpose, mayImport, npm, node }) => {
    const code = (names: readonly string[] | undefined): string =>
      (names ?? []).map(name => `\`${name}\``).join(' ') || '–';
    return `| \`src/${path}\` | ${purpose} | ${code(mayImport)} | ${code(npm)} | ${code(node)} |`;
  });
  return `# Architecture

<!-- Generated from rooms.ts by \`npm run docs\`; a test fails when the two differ. -->

One npm package, rooms with walls. A room is a folder whose door is its \`index.ts\`; what a room may use is listed in
\`rooms.ts\`, and \`test/rooms.test.ts\` fails when an import goes elsewhere, past a door, in a circle, or to an npm package or
built-in module that the room does not list. Only \`app\` reads the environment.

| Room | What it is for | May import | npm | node: |
|---|---|---|---|---|
${rows.join('\n')}

## Which room is this line for?

It reads bytes of a model file → \`model/formats\`. It says what a model computes → \`model/plan\`. It does arithmetic on
tensors → \`model/engines\`. It finds the file → \`model/storage\`. It encodes or decodes a body → \`wire\`. It decides status,
route and headers of a protocol → \`serve/protocols\`. It decides where and when a request is computed →
\`serve/scheduler\`. It knows which models there are → \`serve/repository\`. It listens, parses HTTP, times out slow clients →
\`base/net\`, which knows no product word. It reads the environment or puts rooms together → \`app\`. Two answers mean two
functions.

## A request

socket → \`base/net\` (a strict fast lane for the usual request, node's parsers for everything else) → \`serve/router\` (target
→ prepared route, one look-up) → \`serve/scheduler\`: a small request is answered at once on the event loop, a large one
whole on a compute thread → the protocol's *exchange* reads the body (\`wire\`) into a call → the model's *executable*
(\`model/engines\`) computes → the exchange writes the answer (\`wire\`) → one write to the socket. On the short path there is
no promise. Each layer throws a coded error; only the protocol knows how it looks on the wire.

## A model

path → \`model/storage\` (exactly one file) → \`model/formats\` (by content) → \`formats/pickle\` (opcodes into values; nothing
runs) → \`formats/sklearn\` (values into a *plan*) → \`model/engines\` estimates its memory, the repository asks its budget →
every serving thread compiles the plan, whose arrays they share, and sends a row of zeros through it → READY.

## An object of the cluster

request → \`base/net\` (TLS) → \`cluster/apiserver\`, in this order: who asks and may (\`cluster/access\`) → the body into an
object (\`cluster/schema\`, shapes from \`cluster/kinds\`) → patches (\`cluster/patch\`) → \`cluster/admission\`, which may change
it: KServe's own steps are \`cluster/kserve\` → the kind's rules → \`cluster/store\`: decided in memory, written in a batch,
acknowledged when it is on the disk → watchers are told. No kind is named on this path: what is particular to one is a row of
\`cluster/kinds\`. Controllers (\`cluster/controllers\`) watch through \`cluster/client\`, in the process or over HTTPS: they
look at what is there, say what should be, and do the difference; nothing they hold needs to be remembered.

A rule about one kind → \`cluster/kinds\`. What looks at other objects before it lets one in → \`cluster/admission\`. What
happens after it is in → a controller.

## Threads

The main thread serves, and alone decides about models. \`--workers N\` adds N − 1 serving threads on the same port; they learn
of models by notices and ask the main thread to load and unload, so there is one view of readiness, metrics and loads. Compute
threads are started when first needed, and hold nothing but compiled plans.

Decisions and their reasons are in \`docs/adr/\`.
`;
}
