type Fields = Readonly<Record<string, unknown>>;

/** A source of metrics: its field, and how the selector of its metric is called in v1. */
const sources = {
  object: 'selector',
  pods: 'selector',
  external: 'metricSelector',
  resource: '',
  containerResource: '',
} as const;

/** What a metric is to be, or is; in v1 its values stand beside it under longer names. */
const amounts = ['value', 'averageValue', 'averageUtilization'] as const;

/** A metric of autoscaling/v2 as v1 writes it. */
export function toFirstMetric(metric: Fields): Fields {
  return each(metric, (source, { target, current, metric: named, describedObject, ...rest }) => {
    const { name, selector } = (named ?? {}) as { name?: string; selector?: unknown };
    const part = target === undefined ? 'current' : 'target';
    const values = (target ?? current ?? {}) as Fields;
    const told = amounts
      .filter(amount => values[amount] !== undefined)
      .map(amount => [nameOf(source, part, amount), values[amount]]);
    return {
      ...(describedObject !== undefined && { target: describedObject }),
      ...(name !== undefined && { metricName: name }),
      ...rest,
      ...Object.fromEntries(told),
      ...(selector !== undefined && { [sources[source]]: selector }),
    };
  });
}

/** A metric of autoscaling/v1 as v2 writes it. */
export function toSecondMetric(metric: Fields): Fields {
  return each(metric, (source, fields) => {
    const isStatus = Object.keys(fields).some(name => name.startsWith('current'));
    const part = isStatus ? 'current' : 'target';
    const names = new Map(amounts.map(amount => [nameOf(source, part, amount), amount]));
    const selector = sources[source];
    const known = new Set([
      ...names.keys(),
      'metricName',
      selector,
      ...(source === 'object' ? ['target'] : []),
    ]);
    const values = Object.fromEntries(
      [...names]
        .filter(([name]) => fields[name] !== undefined)
        .map(([name, amount]) => [amount, fields[name]]),
    ) as Fields;
    const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !known.has(name)));
    const named = {
      name: fields['metricName'],
      ...(fields[selector] !== undefined && { selector: fields[selector] }),
    };
    return {
      ...rest,
      ...(source === 'object' && { describedObject: fields['target'] }),
      ...(selector !== '' && { metric: named }),
      [part]: isStatus ? values : { type: typeOf(values), ...values },
    };
  });
}

type Source = keyof typeof sources;

function each(metric: Fields, change: (source: Source, fields: Fields) => Fields): Fields {
  const entries = Object.entries(metric).map(([name, value]) => [
    name,
    name in sources ? change(name as Source, (value ?? {}) as Fields) : value,
  ]);
  return Object.fromEntries(entries) as Fields;
}

/** `targetAverageValue`, but `averageValue` of an object, whose field `target` is the object. */
function nameOf(source: Source, part: 'target' | 'current', amount: (typeof amounts)[number]): string {
  if (source === 'object' && amount === 'averageValue') return amount;
  return `${part}${amount.charAt(0).toUpperCase()}${amount.slice(1)}`;
}

function typeOf(values: Fields): string {
  if (values['averageUtilization'] !== undefined) return 'Utilization';
  return values['averageValue'] === undefined ? 'Value' : 'AverageValue';
}
