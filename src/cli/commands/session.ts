import { setting } from '../../base/settings/index.ts';
import { dataDir } from './up.ts';

/** Which cluster and namespace are meant: shared by the commands about objects. */
export const sessionSettings = {
  namespace: setting.text({
    default: undefined,
    flags: ['namespace'],
    placeholder: 'NAME',
    help: 'The namespace, instead of the context’s.',
  }),
  context: setting.text({
    default: undefined,
    flags: ['context'],
    placeholder: 'NAME',
    help: 'The context of the kubeconfig, instead of its current one.',
  }),
  kubeconfig: setting.text({
    default: undefined,
    flags: ['kubeconfig'],
    placeholder: 'FILE',
    help: 'The kubeconfig; without it the files of KUBECONFIG, else the one that davit up wrote.',
  }),
  dataDir,
};

export const allNamespaces = setting.switch({
  default: false,
  flags: ['all-namespaces'],
  help: 'In every namespace.',
});

export const selector = setting.text({
  default: undefined,
  flags: ['selector'],
  placeholder: 'LABELS',
  help: 'Only objects with these labels: app=web,tier!=cache.',
});

export const fieldSelector = setting.text({
  default: undefined,
  flags: ['field-selector'],
  placeholder: 'FIELDS',
  help: 'Only objects with these fields: metadata.name=web,status.phase=Running.',
});

export const chunkSize = setting.whole({
  default: 500,
  least: 0,
  flags: ['chunk-size'],
  placeholder: 'N',
  help: 'Read collections in parts of this many objects; 0: at once.',
});

export const files = setting.list({
  default: [],
  flags: ['filename'],
  placeholder: 'FILE',
  help: 'A file of objects (YAML with several documents, or JSON), a folder of files, or - for standard input; may be repeated.',
});

export const recursive = setting.switch({
  default: false,
  flags: ['recursive'],
  help: 'Also the folders in a folder.',
});

export const chosenOutput = setting.text({
  default: undefined,
  flags: ['output'],
  placeholder: 'FORMAT',
  help: 'wide, yaml, json, name, jsonpath=TEMPLATE, or custom-columns=HEADER:PATH,….',
});

export const json = setting.switch({
  default: false,
  flags: ['json'],
  help: 'Print JSON instead of a table.',
});
