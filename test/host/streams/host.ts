/**
 * A Davit API server with a node for tests of other programs: says on its first line (JSON) where a kubeconfig is; ends with its standard
 * input.
 */
import { Platform } from './platform.ts';

const platform = await Platform.open();
process.stdout.write(`${JSON.stringify({ kubeconfig: platform.kubeconfig() })}\n`);
process.stdin.resume().once('end', () => {
  void platform.close().then(() => process.exit(0));
});
