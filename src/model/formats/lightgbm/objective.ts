import type { Booster } from './booster.ts';
import { lightgbmErrors } from './errors.ts';

/** How sums of leaves become answers: `ConvertOutput` of the library's objectives. */
export type Link =
  | { readonly kind: 'identity' }
  /** `1 / (1 + exp(-scale x))` of each class */
  | { readonly kind: 'sigmoid'; readonly scale: number }
  | { readonly kind: 'softmax' }
  | { readonly kind: 'exp' }
  /** `log(1 + exp(x))` */
  | { readonly kind: 'softplus' }
  /** `sign(x) x²`: the target was trained as its root */
  | { readonly kind: 'signedSquare' };

/** Names under which the library knows an objective besides its own. */
const aliases: Readonly<Record<string, string>> = {
  regression_l2: 'regression',
  mean_squared_error: 'regression',
  mse: 'regression',
  l2: 'regression',
  l2_root: 'regression',
  root_mean_squared_error: 'regression',
  rmse: 'regression',
  mean_absolute_error: 'regression_l1',
  l1: 'regression_l1',
  mae: 'regression_l1',
  mean_absolute_percentage_error: 'mape',
  softmax: 'multiclass',
  multiclass_ova: 'multiclassova',
  ova: 'multiclassova',
  ovr: 'multiclassova',
  xentropy: 'cross_entropy',
  xentlambda: 'cross_entropy_lambda',
  xendcg: 'rank_xendcg',
  xe_ndcg: 'rank_xendcg',
  xe_ndcg_mart: 'rank_xendcg',
  xendcg_mart: 'rank_xendcg',
  none: 'custom',
  null: 'custom',
  na: 'custom',
};

/** Objectives that answer with the sum itself; those with a square root may have been told to train on roots. */
const plain = ['huber', 'lambdarank', 'rank_xendcg', 'custom'];
const rooted = ['regression', 'regression_l1', 'fair', 'quantile', 'mape'];
const exponential = ['poisson', 'gamma', 'tweedie'];

class Words {
  readonly name: string;
  readonly #settings: readonly string[];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    const [name = '', ...settings] = text.split(' ').filter(word => word !== '');
    this.name = Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
    this.#settings = settings;
  }

  has(word: string): boolean {
    return this.#settings.includes(word);
  }

  positive(key: string): number {
    const word = this.#settings.find(setting => setting.startsWith(`${key}:`));
    const value = Number(word?.slice(key.length + 1));
    if (value > 0 && Number.isFinite(value)) return value;
    throw lightgbmErrors.make['lightgbm-malformed'](
      `the objective is ${JSON.stringify(this.#text)}, expected a ${key} above 0 in it`,
    );
  }

  unsupported(): never {
    throw lightgbmErrors.make['lightgbm-unsupported'](
      `the objective ${JSON.stringify(this.#text.slice(0, 60))} is none of LightGBM's`,
    );
  }
}

function expectClasses(words: Words, classes: number): void {
  const found = words.positive('num_class');
  if (found !== classes)
    throw lightgbmErrors.make['lightgbm-malformed'](
      `the objective speaks of ${found} classes, but num_class is ${classes}`,
    );
}

/**
 * Reads the objective of a model: `ObjectiveFunction::CreateObjectiveFunction` from text. Without one, as after training
 * with the author's own, answers are the sums.
 * @throws `lightgbm-malformed`, `lightgbm-unsupported`
 */
export function linkOf({ objective, classes }: Pick<Booster, 'objective' | 'classes'>): Link {
  if (objective === undefined) return { kind: 'identity' };
  const words = new Words(objective);
  const { name } = words;
  if (plain.includes(name)) return { kind: 'identity' };
  if (rooted.includes(name)) return { kind: words.has('sqrt') ? 'signedSquare' : 'identity' };
  if (exponential.includes(name)) return { kind: 'exp' };
  switch (name) {
    case 'binary':
      return { kind: 'sigmoid', scale: words.positive('sigmoid') };
    case 'multiclassova':
      expectClasses(words, classes);
      return { kind: 'sigmoid', scale: words.positive('sigmoid') };
    case 'multiclass':
      expectClasses(words, classes);
      return { kind: 'softmax' };
    case 'cross_entropy':
      return { kind: 'sigmoid', scale: 1 };
    case 'cross_entropy_lambda':
      return { kind: 'softplus' };
    default:
      return words.unsupported();
  }
}
