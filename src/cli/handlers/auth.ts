import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { authSettings } from '../commands/auth.ts';
import { nearest } from '../nearest.ts';
import { advice, annotationsOf, bindingsOf } from '../objects/access/advice.ts';
import { type Asked, askedOf, wordsOf } from '../objects/access/asked.ts';
import { personOf, review, whoAmI } from '../objects/access/review.ts';
import { harmless } from '../objects/escape.ts';
import { Complaint } from '../objects/failures.ts';
import { onCluster, type Session } from '../objects/session.ts';

type Settings = ValuesOf<typeof authSettings>;

const questions = ['can-i', 'why'] as const;

/** `davit auth` */
export const auth = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(authSettings, given, session.io.env);
  const [question = '', verb = '', target = ''] = positionals;
  if (!questions.some(one => one === question)) throw unknownQuestion(question);
  if (settings.as === undefined && (settings.path !== undefined || settings.asGroup.length > 0)) {
    throw new Complaint('--path and --as-group say more about the user of --as, which is missing');
  }
  const asked = await askedOf(verb, target, session);
  const person =
    settings.as === undefined ? undefined : personOf(settings.as, settings.asGroup, settings.path);
  const { allowed, reason } = await review(asked, person, session);
  if (question === 'can-i') {
    session.io.out(allowed ? 'yes\n' : `no${reason === '' ? '' : ` - ${harmless(reason)}`}\n`);
  } else await explain(asked, settings, { allowed, reason }, session);
  return allowed ? 0 : 1;
});

function unknownQuestion(question: string): Complaint {
  const guess = nearest(question, questions);
  const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
  return new Complaint(`found "${question}", expected can-i or why${hint}`);
}

async function explain(
  asked: Asked,
  { as, asGroup, path }: Settings,
  { allowed, reason }: { readonly allowed: boolean; readonly reason: string },
  session: Session,
): Promise<void> {
  const person = as === undefined ? await whoAmI(session) : personOf(as, asGroup, path);
  const rows: (readonly [label: string, text: string])[] = [
    ['who', person.groups.length === 0 ? person.name : `${person.name} (${person.groups.join(', ')})`],
    ['wants', wordsOf(asked)],
    ['answer', allowed ? 'yes' : 'no'],
    ['rule', reason === '' ? usualRule(allowed, person.groups) : reason],
  ];
  const annotations = await annotationsOf(asked, session);
  for (const [name, value] of annotations) rows.push(['annotation', `${name}: ${value}`]);
  for (const text of await bindingsOf(asked, session)) rows.push(['binding', text]);
  if (!allowed)
    for (const text of advice(asked, person.name, new Map(annotations).get('davit.dev/callers')))
      rows.push(['would help', text]);
  for (const [label, text] of rows) session.io.out(`${label.padEnd(12)}${harmless(text)}\n`);
}

function usualRule(allowed: boolean, groups: readonly string[]): string {
  if (!allowed) return 'no role allows it';
  return groups.includes('system:masters') ? 'system:masters may do everything' : 'a role allows it';
}
