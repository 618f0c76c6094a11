import { CodedError } from '../../../base/errors/index.ts';
import type { Described, ModelSource, Plan } from '../../plan/index.ts';
import type { Opened } from '../index.ts';
import { NdArray, PyObject, type PickleFile } from '../pickle/index.ts';
import { describeObject } from './describe.ts';
import { sklearnErrors } from './errors.ts';
import { Estimator } from './estimator.ts';
import { adviceFor, describeAll, listContents } from './contents.ts';
import { estimatorsIn, pickFrom, rootOf } from './picking.ts';
import { itemsOf, versionInside } from './python.ts';
import { catalogOf, type Catalog } from './table.ts';
import { translate } from './translate.ts';
import { isBefore, newestKnown, parseVersion, unknownVersion, type Version } from './version.ts';

/**
 * What a file of pickle or joblib holds, and how its estimator becomes a plan. An estimator in a container is served when
 * it is the only one there.
 * @param picked the way to the estimator, where the file holds several
 * @throws `sklearn-object-missing`
 */
export async function openObjects(file: PickleFile, picked?: string): Promise<Opened> {
  const catalog = await catalogOf(file.objects);
  const root = rootOf(file.objects);
  if (picked !== undefined) {
    const value = pickFrom(root, picked);
    if (value instanceof PyObject)
      return openEstimator(file, value, catalog, [`${picked} of ${describeAll(file.objects)}`]);
    return unservable({ ...file, objects: [value] }, catalog);
  }
  if (root instanceof PyObject) return openEstimator(file, root, catalog, []);
  const [only, second] = estimatorsIn(root, catalog);
  return only !== undefined && second === undefined
    ? openEstimator(file, only.value, catalog, [
        `the estimator is at ${only.path} in ${describeAll(file.objects)}; the rest is not used`,
      ])
    : unservable(file, catalog);
}

function openEstimator(
  file: PickleFile,
  object: PyObject,
  catalog: Catalog,
  notes: readonly string[],
): Opened {
  const written = object.attribute('_sklearn_version');
  const versionText = typeof written === 'string' ? written : undefined;
  const version = parseVersion(versionText ?? versionInside(object) ?? '') ?? unknownVersion;
  const place = placeOf(object, catalog);
  const library = libraryVersionOf(new Estimator(object, place, version), catalog) ?? versionText;
  const found = sourceOf(file, object.cls.module.split('.')[0] as string, library);
  const source = { ...found, notes: [...found.notes, ...notes] };
  const description = describeObject(place, object, version, catalog);
  return {
    source,
    description,
    plan: () => planOf(object, place, version, catalog, { source, description }),
  };
}

/** What has parts lends its name to their places: `pipeline.steps[1] 'clf'`. */
function placeOf({ cls }: PyObject, catalog: Catalog): string {
  return catalog.rowOf(cls)?.reader === undefined ? 'model' : cls.name.toLowerCase();
}

function libraryVersionOf(estimator: Estimator, catalog: Catalog): string | undefined {
  try {
    return catalog.rowOf(estimator.object.cls)?.libraryVersion?.(estimator);
  } catch (error) {
    // What is broken is still described; the translation tells.
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

function planOf(
  object: PyObject,
  place: string,
  version: Version,
  catalog: Catalog,
  head: { readonly source: ModelSource; readonly description: Described },
): Plan {
  const whole = new Estimator(object, place, version);
  const first = firstEstimator(whole, catalog);
  const featureNames = featureNamesOf(first, catalog) ?? featureNamesOf(whole, catalog);
  const row = catalog.rowOf(first.object.cls);
  const { lenient, picksColumns, openColumns } = row ?? {};
  return translate(whole, head, catalog, {
    owner: first.name,
    featureNames,
    lenient,
    picksColumns,
    openColumns,
    openInput: row?.openInput?.(first),
  });
}

/** What reads the features: in a pipeline the first step that is not passed through. */
function firstEstimator(estimator: Estimator, catalog: Catalog, depth = 0): Estimator {
  const inside = catalog.rowOf(estimator.object.cls)?.reader?.(estimator);
  return inside?.part instanceof PyObject && depth < deepestReader
    ? firstEstimator(new Estimator(inside.part, inside.place, estimator.version), catalog, depth + 1)
    : estimator;
}

/** Translation says what is wrong with a file that nests deeper. */
const deepestReader = 8;

/** `feature_names_in_`, which fit keeps when it was given a data frame (from 1.0 on). */
function featureNamesOf(estimator: Estimator, catalog: Catalog): readonly string[] | undefined {
  const value = estimator.raw('feature_names_in_');
  const items = value instanceof NdArray ? value.values() : itemsOf(value);
  if (items?.every(item => typeof item === 'string') === true) return items;
  return catalog.rowOf(estimator.object.cls)?.names?.(estimator);
}

function unservable(file: PickleFile, catalog: Catalog): Opened {
  const source = sourceOf(file, 'Python', undefined);
  const contents = listContents(file.objects, catalog);
  const advice = adviceFor(estimatorsIn(rootOf(file.objects), catalog));
  return {
    source,
    description: { name: 'file', class: contents.what, parameters: {}, facts: {}, parts: contents.parts },
    plan() {
      throw sklearnErrors.make['sklearn-no-model'](
        `the file holds ${contents.what}, expected a single estimator; inside: ${contents.lines.join('; ')}${advice}`,
      );
    },
  };
}

const libraryNames: Readonly<Record<string, string>> = {
  sklearn: 'scikit-learn',
  xgboost: 'XGBoost',
  lightgbm: 'LightGBM',
};

function sourceOf(file: PickleFile, module: string, version: string | undefined): ModelSource {
  const kind = file.joblib ? 'joblib' : 'pickle';
  const packed = file.container === 'plain' ? '' : ` (${file.container})`;
  return {
    format: 'sklearn',
    container: `${kind}${packed}, pickle protocol ${file.protocol}`,
    library: libraryNames[module] ?? module,
    libraryVersion: version,
    notes: [...versionNotes(module, version), ...fileNotes(file)],
  };
}

function versionNotes(module: string, text: string | undefined): string[] {
  if (module !== 'sklearn') return [];
  if (text === undefined)
    return ['the file does not say which version wrote it: read as scikit-learn before 0.18'];
  const version = parseVersion(text);
  if (version === undefined)
    return [`the version ${JSON.stringify(text)} is not understood: read as before 0.18`];
  const { major, minor } = newestKnown;
  return isBefore(version, major, minor + 1)
    ? []
    : [
        `written by scikit-learn ${text}, newer than ${major}.${minor}, the newest that answers were compared with`,
      ];
}

function fileNotes(file: PickleFile): string[] {
  return file.trailingBytes > 0 ? [`${file.trailingBytes} bytes after the model were ignored`] : [];
}
