using System.Net;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Controllers;

/// <summary>What every cluster has from its first moment, and what every namespace gets with it.</summary>
internal sealed class ClusterBootstrap(SystemWriter writer, ServiceAddresses addresses, RoleAggregation aggregation, IPAddress listens, string authorityPem)
{
    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    private static readonly (string Name, string Description)[] PriorityClasses =
    [
        ("system-node-critical", "Used for system critical pods that must not be moved from their current node."),
        ("system-cluster-critical", "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."),
    ];

    public async Task RunAsync(int apiServerPort, IReadOnlyList<JsonObject> definitions, CancellationToken cancellationToken)
    {
        foreach (var definition in definitions)
            await writer.EnsureAsync(writer.Resource("apiextensions.k8s.io", "customresourcedefinitions"), "", definition.Clone(), "weft", cancellationToken);
        foreach (var name in Namespaces)
        {
            await writer.EnsureAsync(writer.Resource("", "namespaces"), "", Named(name), "kube-apiserver", cancellationToken);
            await FurnishAsync(name, cancellationToken);
        }

        foreach (var item in Roles())
        {
            item.Ensure("metadata").Ensure("labels")["kubernetes.io/bootstrapping"] = "rbac-defaults";
            item.Ensure("metadata")["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" };
            await writer.EnsureAsync(writer.Resource("rbac.authorization.k8s.io", item.Text("kind") == "ClusterRole" ? "clusterroles" : "clusterrolebindings"), "", item, "kube-apiserver", cancellationToken);
        }

        await aggregation.SettleAsync(cancellationToken);
        foreach (var (name, description) in PriorityClasses)
        {
            var @class = Named(name);
            @class["value"] = QuotaValidation.SystemClasses[name];
            @class["description"] = description;
            await writer.EnsureAsync(writer.Resource("scheduling.k8s.io", "priorityclasses"), "", @class, "kube-apiserver", cancellationToken);
        }

        await writer.EnsureAsync(writer.Resource("", "services"), "default", KubernetesService(apiServerPort), "kube-apiserver", cancellationToken);
        await PublishAsync(apiServerPort, cancellationToken);
    }

    /// <summary>The `default` ServiceAccount and the cluster's root certificate.</summary>
    public async Task FurnishAsync(string ns, CancellationToken cancellationToken)
    {
        await writer.EnsureAsync(writer.Resource("", "serviceaccounts"), ns, Named("default"), "kube-controller-manager", cancellationToken);
        var root = Named("kube-root-ca.crt");
        root.Ensure("metadata")["annotations"] = new JsonObject { ["kubernetes.io/description"] = "Root certificate of this cluster's API server." };
        root["data"] = new JsonObject { ["ca.crt"] = authorityPem + "\n" };
        await writer.EnsureAsync(writer.Resource("", "configmaps"), ns, root, "kube-controller-manager", cancellationToken);
    }

    /// <summary>Where this server is: behind the Service `kubernetes`, at another port perhaps than before.</summary>
    private async Task PublishAsync(int port, CancellationToken cancellationToken)
    {
        var address = (listens.Equals(IPAddress.Any) || listens.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : listens).ToString();
        JsonArray Ports() => [new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }];

        var endpoints = Named("kubernetes");
        endpoints.Ensure("metadata")["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" };
        endpoints["subsets"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray(new JsonObject { ["ip"] = address }), ["ports"] = Ports() });
        await SetAsync(writer.Resource("", "endpoints"), endpoints, "subsets", cancellationToken);

        var slice = Named("kubernetes");
        slice.Ensure("metadata")["labels"] = new JsonObject { ["kubernetes.io/service-name"] = "kubernetes" };
        slice["addressType"] = address.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4";
        slice["endpoints"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray(address), ["conditions"] = new JsonObject { ["ready"] = true } });
        slice["ports"] = Ports();
        await SetAsync(writer.Resource("discovery.k8s.io", "endpointslices"), slice, "ports", cancellationToken);
    }

    /// <summary>Creates the object in `default`, or gives the field of the present one its value.</summary>
    private async Task SetAsync(ResourceDefinition resource, JsonObject item, string field, CancellationToken cancellationToken)
    {
        var value = item[field]!.DeepClone();
        await writer.EnsureAsync(resource, "default", item.Clone(), "kube-apiserver", cancellationToken);
        await writer.UpdateAsync(resource, new ObjectKey(resource.StorageKey, "default", "kubernetes"), "", "kube-apiserver", current => With(current, field, value), cancellationToken);
    }

    private static JsonObject With(JsonObject item, string field, JsonNode value)
    {
        item[field] = value.DeepClone();
        return item;
    }

    private static IEnumerable<JsonObject> Roles()
    {
        using var stream = typeof(ClusterBootstrap).Assembly.GetManifestResourceStream("bootstrap-roles.yaml")
            ?? throw new InvalidOperationException("the first roles are not embedded");
        using var reader = new StreamReader(stream);
        return [.. JsonAccess.Objects((KubeYaml.Read(reader.ReadToEnd())[0].Content as JsonObject)?.Array("items")).Select(item => item.Clone())];
    }

    private static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    private JsonObject KubernetesService(int port) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = "kubernetes",
            ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
        },
        ["spec"] = new JsonObject
        {
            ["clusterIP"] = addresses.First,
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = port }),
        },
    };
}
