using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of a Service's spec.</summary>
internal static class ServiceValidation
{
    private const int KubeletPort = 10250;
    private const int LongestAffinity = 86400;
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];
    private static readonly string[] Affinities = ["ClientIP", "None"];
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    private static readonly string[] Families = ["IPv4", "IPv6"];
    private static readonly string[] Policies = ["Cluster", "Local"];

    public static void Validate(JsonObject item, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        var type = spec.Text("type") ?? "";
        var ports = spec.Array("ports") ?? [];
        if (ports.Count == 0 && spec.Text("clusterIP") != "None" && type != "ExternalName") errors.Add(FieldError.Required("spec.ports", ""));
        OfType(spec, type, errors);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < ports.Count; i++)
            if (ports[i] is JsonObject port) Port(port, At("spec.ports", i), ports.Count > 1, names, numbers, errors);
        SelectorRules.Labels(spec.Object("selector"), "spec.selector", errors);
        Affinity(spec, errors);
        Addresses(spec, errors);
        if (!Types.Contains(type)) errors.Add(FieldError.NotSupported("spec.type", ObjectValidation.Quote(type), Types));
        OnlyBalanced(spec, type, errors);
        NodePorts(spec, type, errors);
        Traffic(spec, type, errors);
    }

    private static void OfType(JsonObject spec, string type, List<FieldError> errors)
    {
        if (type == "ExternalName")
        {
            if (spec["clusterIP"] is not null || spec["clusterIPs"] is not null) errors.Add(FieldError.Forbidden("spec.clusterIPs", "may not be set for ExternalName services"));
            var name = (spec.Text("externalName") ?? "").TrimEnd('.');
            if (name.Length == 0) errors.Add(FieldError.Required("spec.externalName", ""));
            foreach (var message in name.Length == 0 ? [] : Weft.Kubernetes.Selectors.LabelSyntax.Subdomain(name)) errors.Add(FieldError.Invalid("spec.externalName", ObjectValidation.Quote(name), message));
            return;
        }

        if (type is "NodePort" or "LoadBalancer" && spec.Text("clusterIP") == "None")
            errors.Add(FieldError.Invalid("spec.clusterIPs[0]", "\"None\"", $"may not be set to 'None' for {type} services"));
        var index = 0;
        foreach (var port in type == "LoadBalancer" ? JsonAccess.Objects(spec.Array("ports")) : [])
        {
            var at = At("spec.ports", index++);
            if (port.Number("port") == KubeletPort) errors.Add(FieldError.Invalid(at, Number(KubeletPort), "may not expose port 10250 externally since it is used by kubelet"));
        }
    }

    private static void Affinity(JsonObject spec, List<FieldError> errors)
    {
        var affinity = spec.Text("sessionAffinity") ?? "";
        if (!Affinities.Contains(affinity)) errors.Add(FieldError.NotSupported("spec.sessionAffinity", ObjectValidation.Quote(affinity), Affinities));
        if (affinity == "None" && spec["sessionAffinityConfig"] is not null) errors.Add(FieldError.Forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None"));
        if (affinity == "ClientIP" && spec.Object("sessionAffinityConfig")?.Object("clientIP")?.Number("timeoutSeconds") is { } seconds and (<= 0 or > LongestAffinity))
            errors.Add(FieldError.Invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", Number(seconds), $"must be greater than 0 and less than {LongestAffinity}"));
    }

    private static void Addresses(JsonObject spec, List<FieldError> errors)
    {
        foreach (var (index, address) in Texts(spec, "externalIPs"))
            foreach (var message in AddressRules.OrdinaryAddress(address)) errors.Add(FieldError.Invalid(At("spec.externalIPs", index), ObjectValidation.Quote(address), message));
        foreach (var (index, family) in Texts(spec, "ipFamilies"))
            if (!Families.Contains(family)) errors.Add(FieldError.NotSupported(At("spec.ipFamilies", index), ObjectValidation.Quote(family), Families));
    }

    /// <summary>What is only for a load balancer.</summary>
    private static void OnlyBalanced(JsonObject spec, string type, List<FieldError> errors)
    {
        foreach (var (index, network) in Texts(spec, "loadBalancerSourceRanges"))
        {
            // With a capital letter there, too.
            const string field = "spec.LoadBalancerSourceRanges";
            if (type == "LoadBalancer")
                foreach (var message in AddressRules.Network(network.Trim())) errors.Add(FieldError.Invalid(At(field, index), ObjectValidation.Quote(network), message));
            else if (index == 0) errors.Add(FieldError.Forbidden(field, "may only be used when `type` is 'LoadBalancer'"));
        }

        foreach (var field in new[] { "allocateLoadBalancerNodePorts", "loadBalancerClass" })
            if (type != "LoadBalancer" && spec[field] is not null) errors.Add(FieldError.Forbidden($"spec.{field}", "may only be used when `type` is 'LoadBalancer'"));
    }

    private static void NodePorts(JsonObject spec, string type, List<FieldError> errors)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var port in JsonAccess.Objects(spec.Array("ports")))
        {
            var field = $"{At("spec.ports", index++)}.nodePort";
            if (port.Number("nodePort") is null or 0) continue;
            if (type is "ClusterIP") errors.Add(FieldError.Forbidden(field, "may not be used when `type` is 'ClusterIP'"));
            else if (!taken.Add($"{port.Text("protocol")}/{port["nodePort"]}")) errors.Add(FieldError.Duplicate(field, port["nodePort"]!.ToString()));
        }
    }

    private static void Traffic(JsonObject spec, string type, List<FieldError> errors)
    {
        foreach (var field in new[] { "externalTrafficPolicy", "internalTrafficPolicy" })
        {
            if (spec.Text(field) is not { Length: > 0 } policy) continue;
            if (!Policies.Contains(policy)) errors.Add(FieldError.NotSupported($"spec.{field}", ObjectValidation.Quote(policy), Policies));
            else if (field == "externalTrafficPolicy" && type is not ("NodePort" or "LoadBalancer") && spec.Array("externalIPs") is null or { Count: 0 })
                errors.Add(FieldError.Invalid($"spec.{field}", ObjectValidation.Quote(policy), "may only be set for externally-accessible services"));
        }
    }

    private static void Port(JsonObject port, string at, bool needsName, HashSet<string> names, HashSet<string> numbers, List<FieldError> errors)
    {
        var name = port.Text("name") ?? "";
        if (name.Length == 0 && needsName) errors.Add(FieldError.Required($"{at}.name", ""));
        if (name.Length > 0)
        {
            foreach (var message in NameRules.Label(name)) errors.Add(FieldError.Invalid($"{at}.name", ObjectValidation.Quote(name), message));
            if (!names.Add(name)) errors.Add(FieldError.Duplicate($"{at}.name", ObjectValidation.Quote(name)));
        }

        var number = port.Number("port") ?? 0;
        var protocol = port.Text("protocol") ?? "";
        foreach (var message in AddressRules.PortNumber(number)) errors.Add(FieldError.Invalid($"{at}.port", Number(number), message));
        if (!Protocols.Contains(protocol)) errors.Add(FieldError.NotSupported($"{at}.protocol", ObjectValidation.Quote(protocol), Protocols));
        if (port.Text("targetPort") is { } target)
            foreach (var message in AddressRules.PortName(target)) errors.Add(FieldError.Invalid($"{at}.targetPort", ObjectValidation.Quote(target), message));
        else if (port.Number("targetPort") is { } targetNumber)
            foreach (var message in AddressRules.PortNumber(targetNumber)) errors.Add(FieldError.Invalid($"{at}.targetPort", Number(targetNumber), message));
        if (!numbers.Add($"{Number(number)}/{protocol}"))
            errors.Add(FieldError.Duplicate(at, $"{{\"protocol\":\"{protocol}\",\"port\":{Number(number)}}}"));
    }

    private static IEnumerable<(int Index, string Text)> Texts(JsonObject spec, string list) => (spec.Array(list) ?? []).Select((value, index) => (index, value?.ToString() ?? ""));

    private static string At(string list, int index) => $"{list}[{index.ToString(CultureInfo.InvariantCulture)}]";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
