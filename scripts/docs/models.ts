import { renderParameters } from './parameters.ts';
import { refusedClasses, refusedOfOthers } from '../../src/model/formats/sklearn/refused.ts';
import { families } from '../../src/model/formats/sklearn/table.ts';

/** Names by what stands before the last dot, each list sorted. */
function byPackage(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const packages = new Map<string, string[]>();
  for (const name of names.toSorted()) {
    const dot = name.lastIndexOf('.');
    const owner = name.slice(0, dot);
    packages.set(owner, [...(packages.get(owner) ?? []), name.slice(dot + 1)]);
  }
  return packages;
}

function rows(packages: ReadonlyMap<string, readonly string[]>): string {
  return [...packages]
    .map(([owner, classes]) => `| \`${owner}\` | ${classes.map(name => `\`${name}\``).join(', ')} |`)
    .join('\n');
}

/** docs/reference/models.md: the classes that are served, and those that are refused with a reason. */
export function renderModels(): string {
  // What a class keeps inside, such as the sigmoid of a calibration, is nothing that people save.
  const all = families.flatMap(family => family.classes).filter(name => !/\._/u.test(name));
  const own = all.filter(name => !name.includes(':'));
  const others = all.filter(name => name.includes(':')).map(name => name.replace(':', '.'));
  const refused = Object.entries({ ...refusedClasses, ...refusedOfOthers })
    .map(([name, reason]) => [name.replace(':', '.'), reason] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `# Models

<!-- Generated from src/model/formats/sklearn by \`npm run docs\`; a test fails when the two differ. -->

The content of a file decides what it is; its name says nothing.

- **XGBoost**: the binary form of every release, JSON and UBJ; \`gbtree\`, \`dart\` and \`gblinear\`; outputs \`predict\`, \`margin\`,
  \`leaf\` and \`contribs\`.
- **LightGBM**: text with and without a version, JSON dumps; outputs as above.
- **Pickles and joblib files**: ${own.length} classes of scikit-learn 0.18 to 1.9, and those of other libraries named below. \`davit inspect\`
  tells whether a file can be served, and exactly why not.

Most models take a tensor of rows and features, or a tensor for each column. Rows that are dicts (\`DictVectorizer\`,
\`FeatureHasher\`, also where it was trained with pairs) are one tensor for each key. Rows that are sets of labels
(\`MultiLabelBinarizer\`) or lists of texts (\`FeatureHasher\` of strings) are a tensor of any width, with null where a row has
fewer than others; in V1 each instance is a list of its own length. Models of a kernel or of distances that are
computed outside (\`kernel='precomputed'\`, \`metric='precomputed'\`) take the values of a row with every row of training. A \`DummyRegressor\` or
\`DummyClassifier\` of a version that does not keep the width of its rows takes rows of any. What models are computed with is in the
page of [operators](operators.md).

Some answers depend on all rows of a call, as the library has them: those of \`NMF\` and \`MiniBatchNMF\`, where all rows decide when a
search stops, of \`SparsePCA\` before 0.22, and a few more. Such calls are never put together with others.

## scikit-learn: served

| Package | Classes |
|---|---|
${rows(byPackage(own))}

## Other libraries, in pickles

| Module | Classes |
|---|---|
${rows(byPackage(others))}

Encoders of \`category_encoders\` (2.2 to 2.11, with pandas 1.0 to 3.1) replace their columns by numbers and pass the others on;
what they give is FP64, whatever \`return_df\` says. A value that is null is missing, as \`handle_missing\` has it, and one that
training did not have is unknown, as \`handle_unknown\` has it. \`HashingEncoder\` counts null for nothing, as it does None.

Samplers of \`imblearn\` (0.4 to 0.14) in a pipeline leave the rows of a request as they are; its ensembles are served as
scikit-learn's are.

## Refused, with the reason that \`inspect\` prints

| Class | Why |
|---|---|
${refused.map(([name, reason]) => `| \`${name}\` | ${reason} |`).join('\n')}

Of classes that are served, these values are not: a parameter, or an attribute that was learnt, has one for which the answer is
not computed. The first column names classes that are translated together, of which not all need have the parameter.

| Classes | Parameter | Why |
|---|---|---|
${renderParameters()}
`;
}
