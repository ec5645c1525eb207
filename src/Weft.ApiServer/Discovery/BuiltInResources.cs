using System.Globalization;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>The built-in resources, as a table.</summary>
internal static class BuiltInResources
{
    // group, version, plural, kind, scope, singular, short names, categories, flags (approval, status, scale, nodc = no deletecollection, create = only create), type
    private static readonly string[] Rows =
    [
        "|v1|bindings|Binding|N|binding|||create|core/v1.Binding",
        "|v1|componentstatuses|ComponentStatus|C|componentstatus|cs||read|core/v1.ComponentStatus",
        "|v1|configmaps|ConfigMap|N|configmap|cm|||core/v1.ConfigMap",
        "|v1|endpoints|Endpoints|N|endpoints|ep|||core/v1.Endpoints",
        "|v1|events|Event|N|event|ev|||core/v1.Event",
        "|v1|limitranges|LimitRange|N|limitrange|limits|||core/v1.LimitRange",
        "|v1|namespaces|Namespace|C|namespace|ns||status,nodc|core/v1.Namespace",
        "|v1|nodes|Node|C|node|no||status|core/v1.Node",
        "|v1|persistentvolumeclaims|PersistentVolumeClaim|N|persistentvolumeclaim|pvc||status|core/v1.PersistentVolumeClaim",
        "|v1|persistentvolumes|PersistentVolume|C|persistentvolume|pv||status|core/v1.PersistentVolume",
        "|v1|pods|Pod|N|pod|po|all|status|core/v1.Pod",
        "|v1|podtemplates|PodTemplate|N|podtemplate||||core/v1.PodTemplate",
        "|v1|replicationcontrollers|ReplicationController|N|replicationcontroller|rc|all|status,scale|core/v1.ReplicationController",
        "|v1|resourcequotas|ResourceQuota|N|resourcequota|quota||status|core/v1.ResourceQuota",
        "|v1|secrets|Secret|N|secret||||core/v1.Secret",
        "|v1|serviceaccounts|ServiceAccount|N|serviceaccount|sa|||core/v1.ServiceAccount",
        "|v1|services|Service|N|service|svc|all|status|core/v1.Service",
        "apiregistration.k8s.io|v1|apiservices|APIService|C|apiservice||api-extensions|status|apiregistration/v1.APIService",
        "apps|v1|controllerrevisions|ControllerRevision|N|controllerrevision||||apps/v1.ControllerRevision",
        "apps|v1|daemonsets|DaemonSet|N|daemonset|ds|all|status|apps/v1.DaemonSet",
        "apps|v1|deployments|Deployment|N|deployment|deploy|all|status,scale|apps/v1.Deployment",
        "apps|v1|replicasets|ReplicaSet|N|replicaset|rs|all|status,scale|apps/v1.ReplicaSet",
        "apps|v1|statefulsets|StatefulSet|N|statefulset|sts|all|status,scale|apps/v1.StatefulSet",
        "events.k8s.io|v1|events|Event|N|event|ev|||events/v1.Event",
        "authentication.k8s.io|v1|selfsubjectreviews|SelfSubjectReview|C|selfsubjectreview|||create|authentication/v1.SelfSubjectReview",
        "authentication.k8s.io|v1|tokenreviews|TokenReview|C|tokenreview|||create|authentication/v1.TokenReview",
        "authorization.k8s.io|v1|localsubjectaccessreviews|LocalSubjectAccessReview|N|localsubjectaccessreview|||create|authorization/v1.LocalSubjectAccessReview",
        "authorization.k8s.io|v1|selfsubjectaccessreviews|SelfSubjectAccessReview|C|selfsubjectaccessreview|||create|authorization/v1.SelfSubjectAccessReview",
        "authorization.k8s.io|v1|selfsubjectrulesreviews|SelfSubjectRulesReview|C|selfsubjectrulesreview|||create|authorization/v1.SelfSubjectRulesReview",
        "authorization.k8s.io|v1|subjectaccessreviews|SubjectAccessReview|C|subjectaccessreview|||create|authorization/v1.SubjectAccessReview",
        "autoscaling|v2|horizontalpodautoscalers|HorizontalPodAutoscaler|N|horizontalpodautoscaler|hpa|all|status|autoscaling/v2.HorizontalPodAutoscaler",
        "autoscaling|v1|horizontalpodautoscalers|HorizontalPodAutoscaler|N|horizontalpodautoscaler|hpa|all|status|autoscaling/v1.HorizontalPodAutoscaler",
        "batch|v1|cronjobs|CronJob|N|cronjob|cj|all|status|batch/v1.CronJob",
        "batch|v1|jobs|Job|N|job||all|status|batch/v1.Job",
        "certificates.k8s.io|v1|certificatesigningrequests|CertificateSigningRequest|C|certificatesigningrequest|csr||approval,status|certificates/v1.CertificateSigningRequest",
        "networking.k8s.io|v1|ingressclasses|IngressClass|C|ingressclass||||networking/v1.IngressClass",
        "networking.k8s.io|v1|ingresses|Ingress|N|ingress|ing||status|networking/v1.Ingress",
        "networking.k8s.io|v1|ipaddresses|IPAddress|C|ipaddress|ip|||networking/v1.IPAddress",
        "networking.k8s.io|v1|networkpolicies|NetworkPolicy|N|networkpolicy|netpol|||networking/v1.NetworkPolicy",
        "networking.k8s.io|v1|servicecidrs|ServiceCIDR|C|servicecidr|||status|networking/v1.ServiceCIDR",
        "policy|v1|poddisruptionbudgets|PodDisruptionBudget|N|poddisruptionbudget|pdb||status|policy/v1.PodDisruptionBudget",
        "rbac.authorization.k8s.io|v1|clusterrolebindings|ClusterRoleBinding|C|clusterrolebinding||||rbac/v1.ClusterRoleBinding",
        "rbac.authorization.k8s.io|v1|clusterroles|ClusterRole|C|clusterrole||||rbac/v1.ClusterRole",
        "rbac.authorization.k8s.io|v1|rolebindings|RoleBinding|N|rolebinding||||rbac/v1.RoleBinding",
        "rbac.authorization.k8s.io|v1|roles|Role|N|role||||rbac/v1.Role",
        "storage.k8s.io|v1|csidrivers|CSIDriver|C|csidriver||||storage/v1.CSIDriver",
        "storage.k8s.io|v1|csinodes|CSINode|C|csinode||||storage/v1.CSINode",
        "storage.k8s.io|v1|csistoragecapacities|CSIStorageCapacity|N|csistoragecapacity||||storage/v1.CSIStorageCapacity",
        "storage.k8s.io|v1|storageclasses|StorageClass|C|storageclass|sc|||storage/v1.StorageClass",
        "storage.k8s.io|v1|volumeattachments|VolumeAttachment|C|volumeattachment|||status|storage/v1.VolumeAttachment",
        "storage.k8s.io|v1|volumeattributesclasses|VolumeAttributesClass|C|volumeattributesclass|vac|||storage/v1.VolumeAttributesClass",
        "admissionregistration.k8s.io|v1|mutatingadmissionpolicies|MutatingAdmissionPolicy|C|mutatingadmissionpolicy||api-extensions||admissionregistration/v1.MutatingAdmissionPolicy",
        "admissionregistration.k8s.io|v1|mutatingadmissionpolicybindings|MutatingAdmissionPolicyBinding|C|mutatingadmissionpolicybinding||api-extensions||admissionregistration/v1.MutatingAdmissionPolicyBinding",
        "admissionregistration.k8s.io|v1|mutatingwebhookconfigurations|MutatingWebhookConfiguration|C|mutatingwebhookconfiguration||api-extensions||admissionregistration/v1.MutatingWebhookConfiguration",
        "admissionregistration.k8s.io|v1|validatingadmissionpolicies|ValidatingAdmissionPolicy|C|validatingadmissionpolicy||api-extensions|status|admissionregistration/v1.ValidatingAdmissionPolicy",
        "admissionregistration.k8s.io|v1|validatingadmissionpolicybindings|ValidatingAdmissionPolicyBinding|C|validatingadmissionpolicybinding||api-extensions||admissionregistration/v1.ValidatingAdmissionPolicyBinding",
        "admissionregistration.k8s.io|v1|validatingwebhookconfigurations|ValidatingWebhookConfiguration|C|validatingwebhookconfiguration||api-extensions||admissionregistration/v1.ValidatingWebhookConfiguration",
        "apiextensions.k8s.io|v1|customresourcedefinitions|CustomResourceDefinition|C|customresourcedefinition|crd,crds|api-extensions|status|crd",
        "scheduling.k8s.io|v1|priorityclasses|PriorityClass|C|priorityclass|pc|||scheduling/v1.PriorityClass",
        "coordination.k8s.io|v1|leases|Lease|N|lease||||coordination/v1.Lease",
        "node.k8s.io|v1|runtimeclasses|RuntimeClass|C|runtimeclass||||node/v1.RuntimeClass",
        "discovery.k8s.io|v1|endpointslices|EndpointSlice|N|endpointslice||||discovery/v1.EndpointSlice",
        "resource.k8s.io|v1|deviceclasses|DeviceClass|C|deviceclass||||resource/v1.DeviceClass",
        "resource.k8s.io|v1|resourceclaims|ResourceClaim|N|resourceclaim|||status|resource/v1.ResourceClaim",
        "resource.k8s.io|v1|resourceclaimtemplates|ResourceClaimTemplate|N|resourceclaimtemplate||||resource/v1.ResourceClaimTemplate",
        "resource.k8s.io|v1|resourceslices|ResourceSlice|C|resourceslice||||resource/v1.ResourceSlice",
        "flowcontrol.apiserver.k8s.io|v1|flowschemas|FlowSchema|C|flowschema|||status|flowcontrol/v1.FlowSchema",
        "flowcontrol.apiserver.k8s.io|v1|prioritylevelconfigurations|PriorityLevelConfiguration|C|prioritylevelconfiguration|||status|flowcontrol/v1.PriorityLevelConfiguration",
    ];

    private static readonly Dictionary<string, string> Deprecations = new(StringComparer.Ordinal)
    {
        ["core/v1.Endpoints"] = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
        ["core/v1.ComponentStatus"] = "v1 ComponentStatus is deprecated in v1.19+",
    };

    private static readonly string[] StatusVerbs = ["get", "patch", "update"];
    private static readonly string[] ReadOnly = ["get", "list"];
    private static readonly string[] StreamVerbs = ["create", "get"];
    private static readonly string[] ProxyVerbs = ["create", "delete", "get", "patch", "update"];

    /// <summary>What columns are for that kinds of all sorts have, by column name.</summary>
    public static IReadOnlyDictionary<string, string> SharedDescriptions { get; } =
        ColumnRows().Where(cells => cells[0] == "*").ToDictionary(cells => cells[2], cells => cells[6], StringComparer.Ordinal);

    public static IReadOnlyList<ResourceDefinition> Create(BuiltInTypes types)
    {
        var columns = Columns();
        return [.. Rows.Select(row => Define(row.Split('|'), types, columns))];
    }

    /// <summary>Objects of the two Event APIs are one set.</summary>
    private static string StorageKey(string group, string plural) =>
        group.Length == 0 || group == "events.k8s.io" ? plural : $"{group}/{plural}";

    private static ResourceDefinition Define(string[] cells, BuiltInTypes types, ILookup<string, PrinterColumn> columns)
    {
        var (group, version, plural, kind) = (cells[0], cells[1], cells[2], cells[3]);
        var flags = cells[8].Split(',');
        var verbs = flags.Contains("create") ? ResourceDefinition.CreateOnly : flags.Contains("read") ? ReadOnly : ResourceDefinition.AllVerbs;
        var apiVersion = group.Length == 0 ? version : $"{group}/{version}";
        return new ResourceDefinition
        {
            Group = group,
            Version = version,
            Plural = plural,
            Kind = kind,
            Singular = cells[5],
            ListKind = kind + "List",
            Namespaced = cells[4] == "N",
            ShortNames = Names(cells[6]),
            Categories = Names(cells[7]),
            Verbs = flags.Contains("nodc") ? [.. verbs.Where(v => v != "deletecollection")] : verbs,
            HasStatus = flags.Contains("status"),
            HasScale = flags.Contains("scale"),
            Subresources = Subresources(group, version, kind, flags),
            TypeName = cells[9],
            Schema = cells[9] == "crd" ? CustomResourceDefinitionSchema.Create(types) : types.Root(cells[9]),
            StorageKey = StorageKey(group, plural),
            StorageVersion = group == "autoscaling" ? "v2" : version,
            Deprecated = Deprecations.ContainsKey(cells[9]),
            DeprecationWarning = Deprecations.GetValueOrDefault(cells[9], ""),
            Columns = [.. columns[$"{apiVersion}/{plural}"]],
        };
    }

    private static string[] Names(string cell) => cell.Length == 0 ? [] : cell.Split(',');

    private static List<SubresourceDefinition> Subresources(string group, string version, string kind, string[] flags)
    {
        var result = new List<SubresourceDefinition>();
        if (kind == "Namespace") result.Add(new("finalize", ["update"], group, version, kind));
        if (kind == "Pod")
        {
            result.Add(new("attach", StreamVerbs, group, version, "PodAttachOptions"));
            result.Add(new("binding", ResourceDefinition.CreateOnly, group, version, "Binding"));
            result.Add(new("ephemeralcontainers", StatusVerbs, group, version, kind));
            result.Add(new("eviction", ResourceDefinition.CreateOnly, "policy", "v1", "Eviction"));
            result.Add(new("exec", StreamVerbs, group, version, "PodExecOptions"));
            result.Add(new("log", ["get"], group, version, kind));
            result.Add(new("portforward", StreamVerbs, group, version, "PodPortForwardOptions"));
            result.Add(new("proxy", ProxyVerbs, group, version, "PodProxyOptions"));
            result.Add(new("resize", StatusVerbs, group, version, kind));
        }

        if (kind is "Node" or "Service") result.Add(new("proxy", ProxyVerbs, group, version, kind + "ProxyOptions"));

        if (flags.Contains("approval")) result.Add(new("approval", StatusVerbs, group, version, kind));
        if (flags.Contains("scale")) result.Add(new("scale", StatusVerbs, "autoscaling", "v1", "Scale"));
        if (flags.Contains("status")) result.Add(new("status", StatusVerbs, group, version, kind));
        if (kind == "ServiceAccount") result.Add(new("token", ResourceDefinition.CreateOnly, "authentication.k8s.io", "v1", "TokenRequest"));
        return result;
    }

    private static ILookup<string, PrinterColumn> Columns() => ColumnRows()
        .Where(cells => cells[0] != "*")
        .ToLookup(
            cells => $"{cells[0]}/{cells[1]}",
            cells => new PrinterColumn(
                cells[2], cells[3], cells[4], int.Parse(cells[5], CultureInfo.InvariantCulture), "", cells.ElementAtOrDefault(6) ?? SharedDescriptions.GetValueOrDefault(cells[2], "")));

    private static IEnumerable<string[]> ColumnRows()
    {
        using var stream = typeof(BuiltInResources).Assembly.GetManifestResourceStream("tables.tsv")
            ?? throw new InvalidOperationException("the column table is not embedded");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Replace(@"\n", "\n", StringComparison.Ordinal).Split('\t'))];
    }
}
