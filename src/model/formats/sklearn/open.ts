import type { Described, ModelSource, Plan } from '../../plan/index.ts';
import type { Opened } from '../index.ts';
import { NdArray, PyObject, type PickleFile } from '../pickle/index.ts';
import { describeObject } from './describe.ts';
import { sklearnErrors } from './errors.ts';
import { Estimator } from './estimator.ts';
import { listContents, soleObject } from './contents.ts';
import { itemsOf } from './python.ts';
import { familyOf } from './table.ts';
import { translate } from './translate.ts';
import { isBefore, newestKnown, parseVersion, unknownVersion, type Version } from './version.ts';

/** What a file of pickle or joblib holds, and how its estimator becomes a plan. */
export function openObjects(file: PickleFile): Opened {
  const object = soleObject(file.objects);
  if (object === undefined) return unservable(file);
  const written = object.attribute('_sklearn_version');
  const versionText = typeof written === 'string' ? written : undefined;
  const version = parseVersion(versionText ?? '') ?? unknownVersion;
  const source = sourceOf(file, object.cls.module.split('.')[0] as string, versionText);
  // What has parts lends its name to their places: `pipeline.steps[1] 'clf'`.
  const place = familyOf(object.cls)?.reader === undefined ? 'model' : object.cls.name.toLowerCase();
  const description = describeObject(place, object, version);
  return { source, description, plan: () => planOf(object, place, version, source, description) };
}

function planOf(
  object: PyObject,
  place: string,
  version: Version,
  source: ModelSource,
  description: Described,
): Plan {
  const first = firstEstimator(new Estimator(object, place, version));
  const featureNames = featureNamesOf(first) ?? featureNamesOf(new Estimator(object, place, version));
  return translate(object, place, version, { source, description }, { owner: first.name, featureNames });
}

/** What reads the features: in a pipeline the first step that is not passed through. */
function firstEstimator(estimator: Estimator, depth = 0): Estimator {
  const inside = familyOf(estimator.object.cls)?.reader?.(estimator);
  return inside?.part instanceof PyObject && depth < deepestReader
    ? firstEstimator(new Estimator(inside.part, inside.place, estimator.version), depth + 1)
    : estimator;
}

/** Translation says what is wrong with a file that nests deeper. */
const deepestReader = 8;

/** `feature_names_in_`, which fit keeps when it was given a data frame (from 1.0 on). */
function featureNamesOf(estimator: Estimator): readonly string[] | undefined {
  const value = estimator.raw('feature_names_in_');
  const items = value instanceof NdArray ? value.values() : itemsOf(value);
  return items?.every(item => typeof item === 'string') === true ? items : undefined;
}

function unservable(file: PickleFile): Opened {
  const source = sourceOf(file, 'Python', undefined);
  const contents = listContents(file.objects);
  return {
    source,
    description: { name: 'file', class: contents.what, parameters: {}, facts: {}, parts: contents.parts },
    plan() {
      throw sklearnErrors.make['sklearn-no-model'](
        `the file holds ${contents.what}, expected a single estimator; inside: ${contents.lines.join('; ')}`,
      );
    },
  };
}

const libraryNames: Readonly<Record<string, string>> = { sklearn: 'scikit-learn' };

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
