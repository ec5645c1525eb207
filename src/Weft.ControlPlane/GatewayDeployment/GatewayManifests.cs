using System.Text.Json.Nodes;
using Weft.ControlPlane.Injection;
using Weft.Istio.Effective.Translation;
using Weft.Istio.GatewayApi;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.GatewayDeployment;

/// <summary>What a Gateway of the Gateway API is deployed as, as istiod does it: an account, a Deployment of one proxy, and a Service, which go with the Gateway. Pure.</summary>
internal static class GatewayManifests
{
    private const string ServiceTypeAnnotation = "networking.istio.io/service-type";
    private const string AccountAnnotation = "gateway.istio.io/service-account";

    public static IEnumerable<(KubeResource<UntypedObject> Resource, JsonObject Content)> Of(K8sGateway gateway, GatewayDeploymentOptions options)
    {
        yield return (KubeResources.ServiceAccounts.AsUntyped(), ServiceAccount(gateway));
        yield return (KubeResources.Deployments.AsUntyped(), Deployment(gateway, options.Proxy));
        yield return (KubeResources.Services.AsUntyped(), Service(gateway, options.AllowsPrivilegedPorts));
    }

    private static string AccountOf(K8sGateway gateway) =>
        gateway.Metadata.Annotations.GetValueOrDefault(AccountAnnotation) is { Length: > 0 } stated ? stated : GatewayClasses.DefaultName(gateway);

    private static JsonObject ServiceAccount(K8sGateway gateway) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ServiceAccount",
        ["metadata"] = Metadata(gateway, AccountOf(gateway)),
    };

    private static JsonObject Service(K8sGateway gateway, bool allowsPrivilegedPorts)
    {
        var type = gateway.Metadata.Annotations.GetValueOrDefault(ServiceTypeAnnotation) is { Length: > 0 } stated ? stated : "LoadBalancer";
        var spec = new JsonObject
        {
            ["type"] = type,
            ["ports"] = GatewayPorts.Of(gateway, allowsPrivilegedPorts),
            ["selector"] = Selector(gateway),
        };
        if (type == "LoadBalancer" && gateway.Spec.Addresses is [var address, ..])
        {
            spec["loadBalancerIP"] = address.Value;
        }

        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Service", ["metadata"] = Metadata(gateway, GatewayClasses.DeploymentName(gateway)), ["spec"] = spec };
    }

    private static JsonObject Deployment(K8sGateway gateway, InjectionSettings proxy)
    {
        var name = GatewayClasses.DeploymentName(gateway);
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = Metadata(gateway, name),
            ["spec"] = new JsonObject
            {
                ["selector"] = new JsonObject { ["matchLabels"] = Selector(gateway) },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["labels"] = GatewayLabels.Labels(
                            gateway, ("sidecar.istio.io/inject", "false"), ("service.istio.io/canonical-name", name), ("service.istio.io/canonical-revision", "latest")),
                        ["annotations"] = GatewayLabels.Annotations(
                            gateway, ("istio.io/rev", proxy.Revision), ("prometheus.io/path", "/stats/prometheus"), ("prometheus.io/port", "15020"), ("prometheus.io/scrape", "true")),
                    },
                    ["spec"] = new JsonObject
                    {
                        ["serviceAccountName"] = AccountOf(gateway),
                        ["securityContext"] = new JsonObject { ["sysctls"] = new JsonArray(new JsonObject { ["name"] = "net.ipv4.ip_unprivileged_port_start", ["value"] = "0" }) },
                        ["containers"] = new JsonArray(GatewayContainer.Of(gateway, name, proxy)),
                        ["volumes"] = new JsonArray([.. SidecarVolumes.Of()]),
                    },
                },
            },
        };
    }

    private static JsonObject Selector(K8sGateway gateway) => new() { [GatewayLabels.GatewayName] = gateway.Metadata.Name };

    private static JsonObject Metadata(K8sGateway gateway, string name) => new()
    {
        ["name"] = name,
        ["namespace"] = gateway.Metadata.Namespace,
        ["labels"] = GatewayLabels.Labels(gateway),
        ["annotations"] = GatewayLabels.Annotations(gateway),
        ["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "gateway.networking.k8s.io/v1", ["kind"] = "Gateway", ["name"] = gateway.Metadata.Name, ["uid"] = gateway.Metadata.Uid,
        }),
    };
}
