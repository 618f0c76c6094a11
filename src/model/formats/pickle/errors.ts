import { declareErrors } from '../../../base/errors/index.ts';

export const pickleErrors = declareErrors({
  'pickle-empty': {
    status: 422,
    fault: 'user',
    meaning: 'The model file has no bytes.',
    fix: 'Save or copy the model again; an interrupted download often leaves an empty file.',
  },
  'pickle-git-lfs': {
    status: 422,
    fault: 'user',
    meaning: 'The file is the text that Git LFS leaves in place of a large file.',
    fix: 'Run `git lfs pull` in the repository the file came from.',
  },
  'pickle-html': {
    status: 422,
    fault: 'user',
    meaning: 'The file is a web page, mostly the answer of a site that wanted a login or a confirmation.',
    fix: 'Download the file itself, not the page that shows it.',
  },
  'pickle-unrecognised': {
    status: 422,
    fault: 'user',
    meaning: 'The bytes are neither a pickle nor one of the containers that joblib writes.',
    fix: 'Check that the file is a model saved with pickle or joblib.',
  },
  'pickle-truncated': {
    status: 422,
    fault: 'user',
    meaning: 'The file ends before the pickle does.',
    fix: 'Copy the file again and compare its size with the original.',
  },
  'pickle-malformed': {
    status: 422,
    fault: 'user',
    meaning: 'The pickle breaks the rules of its own format at the byte the message names.',
    fix: 'Save the model again; a file that was changed in transit, as text for example, cannot be read.',
  },
  'pickle-persistent-id': {
    status: 422,
    fault: 'user',
    meaning: 'The pickle refers to an object that its writer kept outside the file.',
    fix: 'Save the model with pickle.dump or joblib.dump; PyTorch files are another format.',
  },
  'pickle-extension': {
    status: 422,
    fault: 'user',
    meaning: 'The pickle names a class by a number from the extension registry of the Python that wrote it.',
    fix: 'Save the model without copyreg.add_extension, so that the class stands in the file by name.',
  },
  'pickle-out-of-band': {
    status: 422,
    fault: 'user',
    meaning: 'The pickle keeps its arrays in buffers outside the file.',
    fix: 'Save the model without a buffer_callback, so that the arrays stand in the file.',
  },
  'pickle-too-large': {
    status: 413,
    fault: 'user',
    meaning: 'Reading the pickle would take far more memory than its size warrants.',
    fix: 'If the model is trustworthy, raise the limit that the message names.',
  },
  'pickle-array-kind': {
    status: 422,
    fault: 'user',
    meaning: 'An array of the file has another element type than the place it stands in asks for.',
    fix: 'Check that the file was saved by the library it claims; the message names the array.',
  },
  'inflate-too-large': {
    status: 413,
    fault: 'user',
    meaning: 'The file inflates to far more than its size warrants, as a decompression bomb does.',
    fix: 'If the model is trustworthy, raise the limit that the message names, or save it without compression.',
  },
  'inflate-corrupt': {
    status: 422,
    fault: 'user',
    meaning: 'The compressed data of the file contradict themselves.',
    fix: 'Copy the file again; its compression does not check out.',
  },
  'joblib-companion-missing': {
    status: 422,
    fault: 'user',
    meaning: 'A joblib file of the old layout keeps its arrays in files beside it, and one is not there.',
    fix: 'Copy all files named like the model, such as model.pkl_01.npy, into the same folder.',
  },
  'joblib-companion-escapes': {
    status: 422,
    fault: 'user',
    meaning: 'A joblib file names a companion outside the folder it lies in.',
    fix: 'Do not serve this file: joblib itself writes only names without a folder.',
  },
});

export type PickleCode = keyof typeof pickleErrors.rows;

/** What went wrong, not yet where; the reader that knows the place turns it into a coded error. */
export class Fault extends Error {
  readonly code: PickleCode;
  constructor(code: PickleCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function malformed(message: string): Fault {
  return new Fault('pickle-malformed', message);
}

/** Runs `work`; a {@link Fault} becomes the coded error of its code, with `place` after the message. */
export function placed<T>(place: () => string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Fault) throw pickleErrors.make[thrown.code](`${thrown.message} ${place()}`.trim());
    throw thrown;
  }
}
