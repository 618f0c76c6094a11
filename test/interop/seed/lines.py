"""The lines of the note: what each gives here, and how it is typed. One table for the suite and for docs/reference/seed.md."""

import dataclasses

NAMESPACE = "kubeflow-user-example-com"

ANSWER = r'"outputs":\[\{"name":"predict","datatype":"INT64","shape":\[2\],"data":\[1,1\]\}\]'

# The note's file, as it stands but for the commented namespace.
SERVICE = """
apiVersion: "serving.kserve.io/v1beta1"
kind: "InferenceService"
metadata:
  name: "sklearn-iris"
spec:
  predictor:
    sklearn:
      ProtocolVersion: "v2"
      storageUri: "gs://seldon-models/sklearn/iris"
"""

POD = """
apiVersion: v1
kind: Pod
metadata:
  name: NAME
  namespace: default
spec:
  containers:
  - name: ubuntu
    image: ubuntu
    command:
      - sleep
      - infinity
  hostNetwork: true
  dnsPolicy: Default
"""

CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: models
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
"""

# A pod that holds the claim, as people make one to copy a file in.
HOLDER = """
apiVersion: v1
kind: Pod
metadata:
  name: holder
spec:
  containers:
  - name: shell
    image: ubuntu
    command: [sleep, infinity]
    volumeMounts: [{name: models, mountPath: /mnt/models}]
  volumes: [{name: models, persistentVolumeClaim: {claimName: models}}]
"""


def files(model):
    """What the user writes with an editor, by name. `model` is the path of the iris model."""
    at_claim = SERVICE.replace("gs://seldon-models/sklearn/iris", "pvc://models/iris")
    return {
        "sklearn-iris.yaml": SERVICE,
        "inference-test-pod.yaml": POD.replace("NAME", "inference-test-pod"),
        "model-test-ubuntu": POD.replace("NAME", "model-test-ubuntu"),
        "claim.yaml": CLAIM,
        "holder.yaml": HOLDER,
        "sklearn-irisv2.yaml": at_claim.replace('"sklearn-iris"', '"sklearn-irisv2"'),
        "copied.yaml": at_claim.replace('"sklearn-iris"', '"copied"').replace("models/iris", "models/copied.joblib"),
    }


@dataclasses.dataclass(frozen=True)
class Line:
    """`note`: as the note has it; empty: not of the note, what lies between its lines. `typed`: where values are filled in or copied."""

    note: str
    prints: str
    gives: str = ""
    typed: str = ""
    skipped: str = ""
    # An address of this machine that has to be the gateway's.
    needs: int = 0

    @property
    def command(self):
        return self.typed or self.note


def between(typed, prints=""):
    return Line("", prints, typed=typed)


def ready(name):
    return between(f"kubectl wait isvc/{name} --for=condition=Ready --timeout=60s", "condition met")


def running(name):
    return between(f"kubectl wait pod/{name} -n default --for=condition=Ready --timeout=60s", "condition met")


# What eyes and a mouse do: the address in the text of an answer.
COPY = """copy() { sed -n 's/.*href="\\([^"]*\\)".*/\\1/p'; }"""
POD_NAME = f"POD=$(kubectl get pod -n {NAMESPACE} -o name | grep sklearn-irisv2 | cut -d/ -f2)"

MODEL = [
    Line(
        "clf = svm.SVC(gamma='scale') … dump(clf, 'iris-model.joblib')",
        "",
        "The note's script stops at `iris.target`, which has no name; [the guide](../guides/kserve-on-your-laptop.md) has one that runs.",
        skipped="the script of the guide is run by test/interop/kserve",
    ),
    Line(
        "kubectl create -f sklearn-iris.yaml",
        r'(?s)Warning: .*ProtocolVersion.*inferenceservice\.serving\.kserve\.io/sklearn-iris created',
        "Created. `ProtocolVersion` is taken for `protocolVersion`, with a warning; a real API server refuses it. `gs://seldon-models/sklearn/iris` is fetched.",
    ),
    ready("sklearn-iris"),
    Line(
        f"kubectl get isvc sklearn-iris -n {NAMESPACE}",
        rf"sklearn-iris +http://sklearn-iris\.{NAMESPACE}\.example\.com +True",
        "`READY` is `True`. The kubeconfig's namespace is the one of the note.",
    ),
    Line(f"kubectl get pod -n {NAMESPACE} | grep sklearn-iris", r"^sklearn-iris-predictor-\S+ +2/2 +Running", "`2/2`, `Running`: the server and its queue."),
    Line(
        f"kubectl get svc -n {NAMESPACE} | grep sklearn-iris",
        r"(?s)^sklearn-iris (.*\n){3}.*sklearn-iris-predictor-00001-private +ClusterIP +127\.\d+\.\d+\.\d+",
        "Four Services. The private one is called `…-predictor-00001-private`, as KServe does since 0.10.",
    ),
]

INGRESS = [
    Line(
        "INGRESS_HOST=$(kubectl get po -l istio=ingressgateway -n istio-system -o jsonpath='{.items[0].status.hostIP}')",
        r"^127\.0\.0\.1$",
        "The address of this machine.",
        typed="INGRESS_HOST=$(kubectl get po -l istio=ingressgateway -n istio-system -o jsonpath='{.items[0].status.hostIP}'); echo $INGRESS_HOST",
    ),
    Line(
        """INGRESS_PORT=$(kubectl -n istio-system get service istio-ingressgateway -o jsonpath='{.spec.ports[?(@.name=="http2")].NodePort}')""",
        r"^\[\]$",
        "Nothing, with status 0, as on any cluster: the field is `nodePort`. curl takes `http://HOST:/` for port 80, which the gateway has where it may.",
        typed="""INGRESS_PORT=$(kubectl -n istio-system get service istio-ingressgateway -o jsonpath='{.spec.ports[?(@.name=="http2")].NodePort}'); echo "[$INGRESS_PORT]\"""",
    ),
    Line(
        "curl http://${INGRESS_HOST}:${INGRESS_PORT}/v2/models/sklearn-irisv2",
        r'^<a href="/dex/auth\?client_id=',
        "With the empty port: the login, at port 80.",
        needs=80,
    ),
    Line(
        """INGRESS_PORT=$(… jsonpath='{.spec.ports[?(@.name=="http2")].nodePort}')""",
        r"^3[0-2]\d\d\d$",
        "With a small `n`: the NodePort of the gateway.",
        typed="""INGRESS_PORT=$(kubectl -n istio-system get service istio-ingressgateway -o jsonpath='{.spec.ports[?(@.name=="http2")].nodePort}'); echo $INGRESS_PORT""",
    ),
]

LOGIN = [
    Line(
        "curl -v http://${HOST}:${PORT}/v2/models/${MODEL_NAME} -d ${INPUT_DATA}",
        r"(?s)< HTTP/1\.1 302 Found.*< Location: \S*/dex/auth\?client_id=",
        "302 to `/dex/auth`.",
        typed="curl -v http://${INGRESS_HOST}:${INGRESS_PORT}/v2/models/sklearn-iris -d @./iris-input.json",
    ),
    Line(
        "curl http://${INGRESS_HOST}:${INGRESS_PORT}/v2/models/sklearn-irisv2",
        r'^<a href="/dex/auth\?client_id=\S+">Found</a>',
        "The `href` to copy.",
        typed="curl -s http://${INGRESS_HOST}:${INGRESS_PORT}/v2/models/sklearn-irisv2 | tee answer",
    ),
    between(f"{COPY}; HREF=$(copy <answer)"),
    Line(
        "REQ value (a picture): curl of the copied address",
        r'href="/dex/auth/local\?req=\w+',
        "The `req` to copy.",
        typed='curl -s "http://${INGRESS_HOST}:${INGRESS_PORT}${HREF}" | tee answer',
    ),
    Line(
        "REQ=k44hx2...da3g; LOGIN=<Dex ID Value>; PASSWORD=<Dex Password>",
        "",
        "The first user and the password that `davit up` printed.",
        typed="REQ=$(sed -n 's/.*req=\\(\\w*\\).*/\\1/p' answer); LOGIN=user@example.com; PASSWORD=$(cat $DAVIT_DATA_DIR/initial-password)",
    ),
    Line(
        'curl "http://${INGRESS_HOST}:${INGRESS_PORT}/dex/auth/local?req=${REQ}" -H "Content-Type: application/x-www-form-urlencoded" --data "login=${LOGIN}&password=${PASSWORD}"',
        r"^$",
        "Nothing is printed, as the note says.",
        typed='curl -s "http://${INGRESS_HOST}:${INGRESS_PORT}/dex/auth/local?req=${REQ}" -H "Content-Type: application/x-www-form-urlencoded" --data "login=${LOGIN}&password=${PASSWORD}"',
    ),
    Line(
        "approval (a picture): curl of /dex/approval?req=${REQ}",
        r'href="\S*\?code=\S+&amp;state=',
        "The address of the callback, in which `&` reads `&amp;`: it may be copied so.",
        typed='curl -s "http://${INGRESS_HOST}:${INGRESS_PORT}/dex/approval?req=${REQ}" | tee answer',
    ),
    between("CALLBACK=$(copy <answer)"),
    Line(
        "ID Token value (a picture): curl -v of the callback",
        r"(?is)< HTTP/1\.1 302 Found.*< set-cookie: authservice_session=[^;]+; Path=/; Expires=[^;]+; Max-Age=86400;",
        "`authservice_session`, with the attributes of the note, for a day.",
        typed='curl -sv "http://${INGRESS_HOST}:${INGRESS_PORT}${CALLBACK}" 2>&1 | tee answer',
    ),
    Line("TOKEN=MTY...YtfZ", r"^\d\d+$", "Its value.", typed="TOKEN=$(sed -n 's/.*authservice_session=\\([^;]*\\).*/\\1/p' answer); echo ${#TOKEN}"),
]

CURL = 'curl -v -H "Cookie: authservice_session=${TOKEN}" -d @./iris-input.json http://${CLUSTER_IP}:${CLUSTER_PORT}/v2/models/${MODEL_NAME}/infer'


def inside(pod, variables):
    """A shell in a pod, and what is typed there. It begins in a folder of the pod: the input is made there."""
    made = "cat >iris-input.json <<'JSON'\n$(cat iris-input.json)\nJSON"
    return f"kubectl exec --stdin --tty {pod} -n default -- /bin/bash <<EOF\n{variables}\n{made}\n{CURL.replace('$', chr(92) + '$')}\nEOF"


def private(service):
    return f"CLUSTER_IP=$(kubectl get svc -n {NAMESPACE} {service}-predictor-00001-private -o jsonpath='{{.spec.clusterIP}}')"


TEST_POD = [
    Line("kubectl create -f inference-test-pod.yaml", "pod/inference-test-pod created", "Created. It runs in Podman or Docker; without one, `davit up --allow-host-processes` runs its command as a process."),
    running("inference-test-pod"),
    Line(
        "apt-get update; apt-get install vim",
        "",
        "In a container of Podman or Docker: the image's own `apt-get`.",
        skipped="takes an image from a registry; test/interop/containers has a shell in a container",
    ),
    between(private("sklearn-iris")),
    Line(
        f"kubectl exec --stdin --tty inference-test-pod -n default -- /bin/bash, and there: {CURL}",
        ANSWER,
        "A shell in the pod; the ClusterIP and port 80 answer with the classes `[1,1]`. curl calls the body a form: it is read as JSON all the same.",
        typed=inside("inference-test-pod", "TOKEN=${TOKEN}; CLUSTER_IP=${CLUSTER_IP}; CLUSTER_PORT=80; MODEL_NAME=sklearn-iris"),
    ),
]

CLAIMS = [
    between("kubectl create -f claim.yaml", "created"),
    between("davit volume cp $MODEL models:iris/", "storageUri: pvc://models/iris/iris-model.joblib"),
    Line(
        'storageUri: "pvc://${PVC_NAME}/${PATH}"',
        "sklearn-irisv2 created",
        "Served. The file is put into the claim by `davit volume cp iris-model.joblib models:iris/`, or by `kubectl cp` to a pod that has the claim.",
        typed="kubectl create -f sklearn-irisv2.yaml",
    ),
    ready("sklearn-irisv2"),
    between("kubectl create -f holder.yaml && kubectl wait pod/holder --for=condition=Ready --timeout=60s", "condition met"),
    between("cp $MODEL . && kubectl cp iris-model.joblib holder:/mnt/models/copied.joblib && davit volume ls models", r"copied\.joblib"),
    between("kubectl create -f copied.yaml", "created"),
    ready("copied"),
    between(
        'curl -s -H "Cookie: authservice_session=${TOKEN}" -d @./iris-input.json http://${INGRESS_HOST}:${INGRESS_PORT}/v2/models/copied/infer',
        ANSWER,
    ),
]

NODE_PORT = [
    between(POD_NAME),
    Line(
        "kubectl expose pod -n <Inference Namespace> <Inference Pod Name> --type=NodePort",
        "exposed",
        "A Service with a NodePort for each port of the pod.",
        typed=f"kubectl expose pod -n {NAMESPACE} $POD --type=NodePort",
    ),
    Line(
        """NODE_PORT=$(kubectl get svc -n <Inference Namespace> <Inference Pod Name> -o jsonpath='{.spec.ports[?(@.name=="port-1")].nodePort}')""",
        r"^3[0-2]\d\d\d$",
        "The NodePort of 8080: the pod declares several ports, and 8080 first.",
        typed=f"""NODE_PORT=$(kubectl get svc -n {NAMESPACE} $POD -o jsonpath='{{.spec.ports[?(@.name=="port-1")].nodePort}}'); echo $NODE_PORT""",
    ),
    between("until curl -so /dev/null http://${INGRESS_HOST}:${NODE_PORT}/; do sleep 0.1; done"),
    Line(
        'curl -v -H "Cookie: authservice_session=${TOKEN}" -d ${INPUT} http://${INGRESS_HOST}:${NODE_PORT}/v2/models/sklearn-irisv2/infer',
        rf"(?s)< HTTP/1\.1 200 OK.*{ANSWER}",
        "200. A NodePort passes no gateway: it is open to whoever reaches this machine's loopback, with the cookie or without.",
        typed='INPUT=@./iris-input.json; curl -v -H "Cookie: authservice_session=${TOKEN}" -d ${INPUT} http://${INGRESS_HOST}:${NODE_PORT}/v2/models/sklearn-irisv2/infer',
    ),
    Line("kubectl create -f model-test-ubuntu", "pod/model-test-ubuntu created", "Created, from a file without a suffix."),
    running("model-test-ubuntu"),
    between(private("sklearn-irisv2")),
    Line(
        f"kubectl exec --stdin --tty model-test-ubuntu -n ${{Pod Namespace}} -- /bin/bash, and there: {CURL}",
        ANSWER,
        "As above.",
        typed=inside("model-test-ubuntu", "TOKEN=${TOKEN}; CLUSTER_IP=${CLUSTER_IP}; CLUSTER_PORT=80; MODEL_NAME=sklearn-irisv2"),
    ),
]

STATUS = "curl -s -o /dev/null -w '%{http_code}\\n'"
AT = "http://${INGRESS_HOST}:${INGRESS_PORT}"

REST = [
    Line(
        "Kubeflow Central Dashboard (Login)",
        r"(?s)<html.*user@example\.com",
        "A page that says who you are and what you may call.",
        typed=f'curl -s -H "Cookie: authservice_session=${{TOKEN}}" {AT}/',
    ),
    Line(
        "KFP(Kubeflow Pipelines SDK): kfp.Client(host, cookies)",
        r"^200$",
        "The page that it begins with answers; Pipelines itself is not here.",
        typed=f'{STATUS} -H "Cookie: authservice_session=${{TOKEN}}" {AT}/pipeline',
    ),
    Line(
        "a URL that passes Dex by (우회)",
        r"^200$",
        "An annotation of the InferenceService, for paths below which nobody is asked.",
        typed=f"kubectl annotate isvc sklearn-iris -n {NAMESPACE} davit.dev/public-paths=/v2/models/sklearn-iris >/dev/null\n"
        f"for _ in $(seq 100); do CODE=$({STATUS} {AT}/v2/models/sklearn-iris); [ $CODE = 200 ] && break; sleep 0.1; done; echo $CODE",
    ),
    Line(
        "the callback a second time: 504 Gateway Timeout",
        r"(?s)^400\n302$",
        "400, and the session that it gave ends: two have had the code.",
        typed=f'{STATUS} "http://${{INGRESS_HOST}}:${{INGRESS_PORT}}${{CALLBACK}}"\n{STATUS} -H "Cookie: authservice_session=${{TOKEN}}" {AT}/v2/models/sklearn-irisv2',
    ),
]

LINES = [*MODEL, *INGRESS, *LOGIN, *TEST_POD, *CLAIMS, *NODE_PORT, *REST]


def page():
    """docs/reference/seed.md."""
    rows = [
        f"| {code(line.note)} | {line.gives} | {f'not typed: {line.skipped}' if line.skipped else code(line.prints)} |"
        for line in LINES
        if line.note
    ]
    return "\n".join([HEAD.strip(), *rows, ""])


def code(text):
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|") if text else "status 0"


HEAD = """
# The lines of the study note

<!-- Written by `test/interop/seed/run.sh --write`; a check of the same suite fails when the two differ. -->

Davit began with a user's study note of KServe, written against Kubeflow of 2022. Its commands, in the order in which they are typed, one shell
for all: what each gives here, and the pattern that its output matches. `test/interop/seed` types them with kubectl and curl beside
`davit up --allow-host-processes`, with names and values filled in and addresses copied from the answers before.

| The note | Here | It prints |
|---|---|---|
"""
