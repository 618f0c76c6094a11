// Asks an API server by client-go, the library that controllers are written with; prints what it found as JSON.
// Argument: a kubeconfig.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/util/retry"
)

const namespace = "client-go"

var found = map[string]any{}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	must(err)
	client := kubernetes.NewForConfigOrDie(config)
	dynamics := dynamic.NewForConfigOrDie(config)
	space := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	_, err = client.CoreV1().Namespaces().Create(ctx, space, metav1.CreateOptions{})
	must(err)
	typed(ctx, client)
	sharedInformer(ctx, client)
	dynamicInformer(ctx, dynamics)
	mapping(discovery.NewDiscoveryClientForConfigOrDie(config))
	leaders(ctx, client)
	must(json.NewEncoder(os.Stdout).Encode(found))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Objects by the typed client: conflicts and absences as its helpers recognise them, apply, conflicting writers.
func typed(ctx context.Context, client kubernetes.Interface) {
	maps := client.CoreV1().ConfigMaps(namespace)
	made, err := maps.Create(ctx, configMap("typed"), metav1.CreateOptions{})
	must(err)
	_, err = maps.Create(ctx, configMap("typed"), metav1.CreateOptions{})
	found["already exists"] = apierrors.IsAlreadyExists(err)
	stale := made.DeepCopy()
	stale.ResourceVersion = "1"
	_, err = maps.Update(ctx, stale, metav1.UpdateOptions{})
	found["conflict"] = apierrors.IsConflict(err)
	_, err = maps.Get(ctx, "none", metav1.GetOptions{})
	found["not found"] = apierrors.IsNotFound(err)
	bad := configMap("Not A Name")
	_, err = maps.Create(ctx, bad, metav1.CreateOptions{})
	found["invalid"] = apierrors.IsInvalid(err)
	patch := []byte(`{"data":{"k":"patched"}}`)
	patched, err := maps.Patch(ctx, "typed", types.StrategicMergePatchType, patch, metav1.PatchOptions{})
	must(err)
	found["patch"] = patched.Data["k"]
	wanted := applycorev1.ConfigMap("applied", namespace).WithData(map[string]string{"k": "v"})
	applied, err := maps.Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "go"})
	must(err)
	found["apply"] = applied.ManagedFields[0].Manager
	again := applycorev1.ConfigMap("applied", namespace).WithData(map[string]string{"k": "other"})
	_, err = maps.Apply(ctx, again, metav1.ApplyOptions{FieldManager: "another"})
	found["apply against another manager"] = apierrors.IsConflict(err)
	var group sync.WaitGroup
	for writer := range 8 {
		group.Go(func() {
			must(retry.RetryOnConflict(wide(), func() error {
				now, err := maps.Get(ctx, "applied", metav1.GetOptions{})
				if err != nil {
					return err
				}
				now.Data[fmt.Sprintf("writer-%d", writer)] = "was here"
				_, err = maps.Update(ctx, now, metav1.UpdateOptions{})
				return err
			}))
		})
	}
	group.Wait()
	all, err := maps.Get(ctx, "applied", metav1.GetOptions{})
	must(err)
	found["eight writers, retrying conflicts"] = len(all.Data)
}

// More patient than the library's own: eight at once are many.
func wide() wait.Backoff {
	return wait.Backoff{Duration: 5 * time.Millisecond, Factor: 1.2, Jitter: 0.5, Steps: 50}
}

func configMap(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"k": "v"}}
}

// An informer of a factory: what its handlers are told, and that its cache ends as the server is.
func sharedInformer(ctx context.Context, client kubernetes.Interface) {
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace))
	informer := factory.Core().V1().ConfigMaps()
	events := make(chan string, 100)
	_, err := informer.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { tell(events, "add", object) },
		UpdateFunc: func(_, object any) { tell(events, "update", object) },
		DeleteFunc: func(object any) { tell(events, "delete", object) },
	})
	must(err)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	maps := client.CoreV1().ConfigMaps(namespace)
	made, err := maps.Create(ctx, configMap("followed"), metav1.CreateOptions{})
	must(err)
	made.Data["k"] = "changed"
	_, err = maps.Update(ctx, made, metav1.UpdateOptions{})
	must(err)
	must(maps.Delete(ctx, "followed", metav1.DeleteOptions{}))
	found["informer"] = next(events, 3)
	for count := range 200 {
		_, err = maps.Create(ctx, configMap(fmt.Sprintf("many-%03d", count)), metav1.CreateOptions{})
		must(err)
	}
	next(events, 200)
	listed, err := maps.List(ctx, metav1.ListOptions{})
	must(err)
	found["cache and list agree"] = len(listed.Items) == len(informer.Informer().GetStore().List())
}

func tell(events chan<- string, what string, object any) {
	about, err := cache.DeletionHandlingMetaNamespaceKeyFunc(object)
	must(err)
	if name := about[len(namespace)+1:]; name == "followed" || name[:4] == "many" || name == "widget" {
		events <- what + " " + name
	}
}

func next(events <-chan string, count int) []string {
	told := []string{}
	for range count {
		select {
		case event := <-events:
			told = append(told, event)
		case <-time.After(20 * time.Second):
			return append(told, "nothing more")
		}
	}
	return told
}

var definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
var widgets = schema.GroupVersionResource{Group: "go.example.dev", Version: "v1", Resource: "widgets"}

// A kind of one's own, followed by the dynamic client's informer.
func dynamicInformer(ctx context.Context, client dynamic.Interface) {
	names := map[string]any{"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
	open := map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
	version := map[string]any{
		"name": "v1", "served": true, "storage": true,
		"schema": map[string]any{"openAPIV3Schema": open},
	}
	definition := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1",
		"kind":       "CustomResourceDefinition",
		"metadata":   map[string]any{"name": "widgets.go.example.dev"},
		"spec": map[string]any{
			"group": "go.example.dev", "scope": "Namespaced", "names": names, "versions": []any{version},
		},
	}}
	_, err := client.Resource(definitions).Create(ctx, definition, metav1.CreateOptions{})
	must(err)
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, 0, namespace, nil)
	events := make(chan string, 10)
	_, err = factory.ForResource(widgets).Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { tell(events, "add", object) },
		DeleteFunc: func(object any) { tell(events, "delete", object) },
	})
	must(err)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	widget := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "go.example.dev/v1", "kind": "Widget", "metadata": map[string]any{"name": "widget"},
	}}
	_, err = client.Resource(widgets).Namespace(namespace).Create(ctx, widget, metav1.CreateOptions{})
	must(err)
	must(client.Resource(widgets).Namespace(namespace).Delete(ctx, "widget", metav1.DeleteOptions{}))
	found["dynamic informer"] = next(events, 2)
}

// From a kind to where its objects are, as every generic client finds it.
func mapping(client discovery.DiscoveryInterface) {
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client))
	kind := schema.GroupKind{Group: "serving.kserve.io", Kind: "InferenceService"}
	mapped, err := mapper.RESTMapping(kind)
	must(err)
	found["mapping"] = mapped.Resource.String()
}

// Two candidates for one lease: one leads at a time, and the other follows when it lets go.
func leaders(ctx context.Context, client kubernetes.Interface) {
	led := make(chan string, 2)
	first, resign := context.WithCancel(ctx)
	go candidate(first, client, "first", led)
	order := next(led, 1)
	second, end := context.WithCancel(ctx)
	defer end()
	go candidate(second, client, "second", led)
	resign()
	found["leaders"] = append(order, next(led, 1)...)
}

func candidate(ctx context.Context, client kubernetes.Interface, name string, led chan<- string) {
	lock := &resourcelock.LeaseLock{
		LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: namespace},
		Client:     client.CoordinationV1(),
		LockConfig: resourcelock.ResourceLockConfig{Identity: name},
	}
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: lock, ReleaseOnCancel: true,
		LeaseDuration: 4 * time.Second, RenewDeadline: 3 * time.Second, RetryPeriod: 200 * time.Millisecond,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { led <- name },
			OnStoppedLeading: func() {},
		},
	})
}
