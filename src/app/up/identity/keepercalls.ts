import type { Keeper } from '../../../edge/identity/index.ts';
import { answered, type Answering, openLines, type Question } from './calls.ts';
import { keeperPaths, type RevocationLine, sharedText } from './wire.ts';

/** What gateways ask a keeper. */
export function keeperCalls(keeper: Keeper): Map<string, Answering> {
  return new Map<string, Answering>([
    [
      `POST ${keeperPaths.who}`,
      async ({ fields }) => ({ known: (await keeper.who(fields.text('bearer'))) ?? null }),
    ],
    [
      `POST ${keeperPaths.open}`,
      ({ fields }) => {
        const user = fields.object('user');
        return keeper.open({
          user: { name: user.text('name'), groups: user.texts('groups') },
          grant: fields.optionalText('grant'),
          issued: fields.optionalNumber('issued'),
          idToken: fields.optionalText('idToken'),
          expires: fields.number('expires'),
        });
      },
    ],
    [
      `POST ${keeperPaths.close}`,
      async ({ fields }) => ({ closed: (await keeper.close(fields.text('handle'))) ?? null }),
    ],
    [
      `POST ${keeperPaths.spend}`,
      async ({ fields }) => ({ first: await keeper.spend(fields.text('mark'), fields.number('expires')) }),
    ],
    [`GET ${keeperPaths.shared}`, async () => sharedText(await keeper.shared())],
    [`GET ${keeperPaths.revocations}`, question => follow(keeper, question)],
  ]);
}

/** Bytes that a follower may be behind: it is cut off, and begins anew. */
const mostBehind = 1024 * 1024;

async function follow(keeper: Keeper, { sink }: Question): Promise<typeof answered> {
  const stream = openLines(sink);
  if (stream === undefined) return answered;
  const ending = new AbortController();
  stream.onAbort(() => ending.abort());
  for await (const told of keeper.revocations(ending.signal)) {
    if (stream.aborted) break;
    stream.write(`${JSON.stringify(told ?? ({} satisfies RevocationLine))}\n`);
    if (stream.pending > mostBehind) stream.cut();
  }
  return answered;
}
