namespace Weft.Istio.Admission;

/// <summary>A kind that Istio once had, and what took its place.</summary>
public sealed record RemovedKind(string Group, string Version, string Kind, string Plural, bool Namespaced, string RemovedIn, string Successor)
{
    public string Explanation => $"{Kind} ({Group}/{Version}) was removed in Istio {RemovedIn}: use {Successor} instead";
}

/// <summary>
/// The kinds that older texts on Istio still show. They are served so that applying one is answered with its successor rather than with
/// "no matches for kind"; none is ever stored.
/// </summary>
public static class RemovedKinds
{
    private const string Policy = "AuthorizationPolicy (security.istio.io/v1)";
    private const string MeshSwitch = "AuthorizationPolicy (security.istio.io/v1) per namespace or workload; there is nothing to switch on";
    private const string Authentication = "PeerAuthentication and RequestAuthentication (security.istio.io/v1)";
    private const string MeshAuthentication = "PeerAuthentication (security.istio.io/v1) named default in the root namespace istio-system";
    private const string Metrics = "Telemetry (telemetry.istio.io/v1); the sidecars report without Mixer";
    private const string Mixer = "Telemetry (telemetry.istio.io/v1) for reports, AuthorizationPolicy (security.istio.io/v1) for checks; there is no Mixer";
    private const string Quota = "circuit breaking by DestinationRule (networking.istio.io/v1), or Envoy's rate limiting; there is no Mixer";

    public static IReadOnlyList<RemovedKind> All { get; } =
    [
        Rbac("ServiceRole", "serviceroles", true, Policy),
        Rbac("ServiceRoleBinding", "servicerolebindings", true, Policy),
        Rbac("RbacConfig", "rbacconfigs", true, MeshSwitch),
        Rbac("ClusterRbacConfig", "clusterrbacconfigs", false, MeshSwitch),
        new("authentication.istio.io", "v1alpha1", "Policy", "policies", true, "1.6", Authentication),
        new("authentication.istio.io", "v1alpha1", "MeshPolicy", "meshpolicies", false, "1.6", MeshAuthentication),
        Config("rule", "rules", Mixer),
        Config("handler", "handlers", Mixer),
        Config("instance", "instances", Mixer),
        Config("adapter", "adapters", Mixer),
        Config("template", "templates", Mixer),
        Config("attributemanifest", "attributemanifests", Mixer),
        Config("metric", "metrics", Metrics),
        Config("prometheus", "prometheuses", Metrics),
        Config("logentry", "logentries", Metrics),
        Config("stdio", "stdios", Metrics),
        Config("tracespan", "tracespans", Metrics),
        Config("denier", "deniers", Policy),
        Config("checknothing", "checknothings", Policy),
        Config("listchecker", "listcheckers", Policy),
        Config("listentry", "listentries", Policy),
        Config("quota", "quotas", Quota),
        Config("memquota", "memquotas", Quota),
        Config("redisquota", "redisquotas", Quota),
        Config("QuotaSpec", "quotaspecs", Quota),
        Config("QuotaSpecBinding", "quotaspecbindings", Quota),
        Config("HTTPAPISpec", "httpapispecs", Mixer),
        Config("HTTPAPISpecBinding", "httpapispecbindings", Mixer),
    ];

    public static RemovedKind? Find(string group, string kind) => All.FirstOrDefault(each => each.Group == group && each.Kind == kind);

    private static RemovedKind Rbac(string kind, string plural, bool namespaced, string successor) =>
        new("rbac.istio.io", "v1alpha1", kind, plural, namespaced, "1.6", successor);

    private static RemovedKind Config(string kind, string plural, string successor) => new("config.istio.io", "v1alpha2", kind, plural, true, "1.8", successor);
}
