import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { partSettings } from './up.ts';

export const controllerSettings = {
  ...partSettings,
  webhookHost: setting.text({
    default: '127.0.0.1',
    flags: ['webhook-host'],
    placeholder: 'ADDRESS',
    help: 'Address of the admission webhooks.',
  }),
  webhookPort: setting.port({
    default: 9443,
    flags: ['webhook-port'],
    help: 'Port of the admission webhooks; 0 lets the system choose.',
  }),
  webhookCertificate: setting.text({
    default: undefined,
    flags: ['webhook-certificate'],
    placeholder: 'FILE',
    help: 'PEM that the webhooks are known by; without it and its key they are not served.',
  }),
  webhookKey: setting.text({
    default: undefined,
    flags: ['webhook-key'],
    placeholder: 'FILE',
    help: 'PEM of the key of --webhook-certificate.',
  }),
};

export const controllerCommand: Command = {
  name: 'controller',
  summary: 'Look after InferenceServices of another cluster.',
  description:
    'KServe’s controllers and admission webhooks beside any Kubernetes API: what davit up has in its own process. The webhook configurations of KServe’s release lead to it: paths that begin with /mutate or /validate.',
  positionals: [],
  settings: controllerSettings,
  examples: [
    { line: 'davit controller --kubeconfig admin.kubeconfig', says: 'the controllers alone' },
    {
      line: 'davit controller --kubeconfig admin.kubeconfig --webhook-host 0.0.0.0 --webhook-certificate tls.crt --webhook-key tls.key',
      says: 'and the webhooks, at port 9443',
    },
  ],
};
