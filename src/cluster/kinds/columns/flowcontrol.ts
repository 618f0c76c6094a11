import type { Column } from '../kind.ts';
import { age, named, partOf, text } from './cells.ts';

interface SchemaSpec {
  readonly priorityLevelConfiguration?: { readonly name?: string };
  readonly matchingPrecedence?: number;
  readonly distinguisherMethod?: { readonly type?: string };
}

interface SchemaStatus {
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
}

export const flowschemas: readonly Column[] = [
  named(),
  text(
    'PriorityLevel',
    'Where its requests wait',
    object => partOf<SchemaSpec>(object, 'spec').priorityLevelConfiguration?.name ?? '',
  ),
  text(
    'MatchingPrecedence',
    'Which of several that match decides: the smallest',
    object => partOf<SchemaSpec>(object, 'spec').matchingPrecedence ?? 0,
  ),
  text(
    'DistinguisherMethod',
    'What requests wait apart',
    object => partOf<SchemaSpec>(object, 'spec').distinguisherMethod?.type ?? '<none>',
  ),
  age,
  text('MissingPL', 'Whether that level is not there', object => {
    const { conditions = [] } = partOf<SchemaStatus>(object, 'status');
    return conditions.find(({ type }) => type === 'Dangling')?.status ?? '?';
  }),
];

interface LevelSpec {
  readonly type?: string;
  readonly limited?: {
    readonly nominalConcurrencyShares?: number;
    readonly limitResponse?: { readonly queuing?: Readonly<Record<string, number>> };
  };
}

function queuing(field: 'queues' | 'handSize' | 'queueLengthLimit'): Column['cell'] {
  return object => {
    const queues = partOf<LevelSpec>(object, 'spec').limited?.limitResponse?.queuing;
    return queues === undefined ? '<none>' : (queues[field] ?? 0);
  };
}

export const prioritylevelconfigurations: readonly Column[] = [
  named(),
  text('Type', 'Whether its requests are limited', object => partOf<LevelSpec>(object, 'spec').type ?? ''),
  text('NominalConcurrencyShares', 'Its share of the server', object => {
    const { limited } = partOf<LevelSpec>(object, 'spec');
    return limited === undefined ? '<none>' : (limited.nominalConcurrencyShares ?? 0);
  }),
  text('Queues', 'How many queues it has', queuing('queues')),
  text('HandSize', 'In how many of them a caller may wait', queuing('handSize')),
  text('QueueLengthLimit', 'How many wait in one', queuing('queueLengthLimit')),
  age,
];
