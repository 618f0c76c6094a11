import type { Command, Offered } from '../../identity/pages/index.ts';

/** A service as KServe's users write it, for somebody who has none yet. */
const first = `davit apply -f - <<'EOF'
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: my-model
spec:
  predictor:
    sklearn:
      storageUri: file:///path/to/model.joblib
EOF`;

/**
 * What somebody who has just logged in may type next, in the order in which he would.
 * @param base how he has reached the gateway, such as `http://localhost:8080`
 */
export function commandsFor(base: string, models: readonly Offered[]): readonly Command[] {
  const name = models.find(one => one.ready)?.name;
  const serving = { title: 'Serve a model file', text: first };
  const looking = {
    title: 'See what runs, and what it says',
    text: 'davit get isvc,pods\ndavit logs isvc/my-model',
  };
  if (name === undefined) return [serving, looking];
  const asked = 'curl -H "Authorization: Bearer $TOKEN"';
  return [
    {
      title: 'Make a token, which a program keeps',
      text: 'TOKEN=$(davit token create --name laptop --expires 24h)',
    },
    { title: 'Ask a model what it takes and gives', text: `${asked} ${base}/v2/models/${name}` },
    {
      title: 'Ask it for a prediction',
      text: `${asked} -d @request.json ${base}/v2/models/${name}/infer`,
    },
    { title: 'The same by the command line', text: `davit predict ${name} -f request.json` },
    { ...looking, text: looking.text.replace('my-model', name) },
    serving,
  ];
}
