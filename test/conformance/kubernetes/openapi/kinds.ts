import { type ChangingKinds, createKinds } from '../../../../src/cluster/kinds/index.ts';

/** The kinds as documents need them: rules and columns play no part there. */
export function kindsWithoutRules(): ChangingKinds {
  return createKinds({ rulesOf: () => ({}), columnsOf: () => [], printed: () => [] });
}
