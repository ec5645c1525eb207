using Weft.Kubernetes.Json;

namespace Weft.Kubernetes.Objects;

/// <summary>The built-in collections.</summary>
public static class KubeResources
{
    public static KubeResource<Namespace> Namespaces { get; } = Create<Namespace>("", "v1", "namespaces", namespaced: false);

    public static KubeResource<Node> Nodes { get; } = Create<Node>("", "v1", "nodes", namespaced: false);

    public static KubeResource<Pod> Pods { get; } = Create<Pod>("", "v1", "pods", namespaced: true);

    public static KubeResource<Service> Services { get; } = Create<Service>("", "v1", "services", namespaced: true);

    public static KubeResource<Endpoints> Endpoints { get; } = Create<Endpoints>("", "v1", "endpoints", namespaced: true);

    public static KubeResource<ServiceAccount> ServiceAccounts { get; } = Create<ServiceAccount>("", "v1", "serviceaccounts", namespaced: true);

    public static KubeResource<Secret> Secrets { get; } = Create<Secret>("", "v1", "secrets", namespaced: true);

    public static KubeResource<ConfigMap> ConfigMaps { get; } = Create<ConfigMap>("", "v1", "configmaps", namespaced: true);

    public static KubeResource<Event> Events { get; } = Create<Event>("", "v1", "events", namespaced: true);

    public static KubeResource<Deployment> Deployments { get; } = Create<Deployment>("apps", "v1", "deployments", namespaced: true);

    public static KubeResource<ReplicaSet> ReplicaSets { get; } = Create<ReplicaSet>("apps", "v1", "replicasets", namespaced: true);

    public static KubeResource<StatefulSet> StatefulSets { get; } = Create<StatefulSet>("apps", "v1", "statefulsets", namespaced: true);

    public static KubeResource<DaemonSet> DaemonSets { get; } = Create<DaemonSet>("apps", "v1", "daemonsets", namespaced: true);

    public static KubeResource<Job> Jobs { get; } = Create<Job>("batch", "v1", "jobs", namespaced: true);

    public static KubeResource<EndpointSlice> EndpointSlices { get; } = Create<EndpointSlice>("discovery.k8s.io", "v1", "endpointslices", namespaced: true);

    public static KubeResource<Lease> Leases { get; } = Create<Lease>("coordination.k8s.io", "v1", "leases", namespaced: true);

    public static KubeResource<CustomResourceDefinition> CustomResourceDefinitions { get; } = Create<CustomResourceDefinition>("apiextensions.k8s.io", "v1", "customresourcedefinitions", namespaced: false);

    public static KubeResource<TokenReview> TokenReviews { get; } = Create<TokenReview>("authentication.k8s.io", "v1", "tokenreviews", namespaced: false);

    public static KubeResource<SelfSubjectReview> SelfSubjectReviews { get; } = Create<SelfSubjectReview>("authentication.k8s.io", "v1", "selfsubjectreviews", namespaced: false);

    public static KubeResource<SubjectAccessReview> SubjectAccessReviews { get; } = Create<SubjectAccessReview>("authorization.k8s.io", "v1", "subjectaccessreviews", namespaced: false);

    public static KubeResource<SelfSubjectAccessReview> SelfSubjectAccessReviews { get; } = Create<SelfSubjectAccessReview>("authorization.k8s.io", "v1", "selfsubjectaccessreviews", namespaced: false);


    public static KubeResource<SelfSubjectRulesReview> SelfSubjectRulesReviews { get; } = Create<SelfSubjectRulesReview>("authorization.k8s.io", "v1", "selfsubjectrulesreviews", namespaced: false);

    /// <summary>Any collection, with its objects as JSON.</summary>
    public static KubeResource<UntypedObject> Untyped(string group, string version, string plural, string kind, bool namespaced) =>
        new(group, version, plural, kind, namespaced, KubernetesJson.TypeInfo<UntypedObject>());

    private static KubeResource<T> Create<T>(string group, string version, string plural, bool namespaced)
        where T : class, IKubeObject =>
        new(group, version, plural, typeof(T).Name, namespaced, KubernetesJson.TypeInfo<T>());
}
