import type { PyClass } from '../pickle/index.ts';
import { bayesFamily } from './families/bayes.ts';
import { linearFamily } from './families/linear.ts';
import { pipelineFamily } from './families/pipeline.ts';
import { scalingFamily } from './families/scaling.ts';
import { svmFamily } from './families/svm.ts';
import { treeFamily } from './families/trees.ts';
import type { Family, FamilyRow } from './family.ts';

/** Every class that is translated, by package and name. */
export const families: Family = {
  ...svmFamily,
  ...linearFamily,
  ...treeFamily,
  ...bayesFamily,
  ...scalingFamily,
  ...pipelineFamily,
};

/**
 * `svm.SVC` for `sklearn.svm.SVC`, `sklearn.svm.classes.SVC` and `sklearn.svm._classes.SVC`: releases moved the modules
 * inside a package, never a class to another package.
 */
export function publicName(cls: PyClass): string | undefined {
  const [library, section] = cls.module.split('.');
  return library === 'sklearn' && section !== undefined ? `${section}.${cls.name}` : undefined;
}

export function familyOf(cls: PyClass): FamilyRow | undefined {
  const name = publicName(cls);
  return name !== undefined && Object.hasOwn(families, name) ? families[name] : undefined;
}
