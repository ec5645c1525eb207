using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of a Service's spec.</summary>
internal static class ServiceValidation
{
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];
    private static readonly string[] Affinities = ["ClientIP", "None"];
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

    public static void Validate(JsonObject item, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        var type = spec.Text("type") ?? "";
        var ports = spec.Array("ports") ?? [];
        if (ports.Count == 0 && spec.Text("clusterIP") != "None" && type != "ExternalName") errors.Add(FieldError.Required("spec.ports", ""));
        if (type == "ExternalName" && string.IsNullOrEmpty(spec.Text("externalName"))) errors.Add(FieldError.Required("spec.externalName", ""));
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < ports.Count; i++)
            if (ports[i] is JsonObject port) Port(port, $"spec.ports[{i.ToString(CultureInfo.InvariantCulture)}]", ports.Count > 1, names, numbers, errors);
        var affinity = spec.Text("sessionAffinity") ?? "";
        if (!Affinities.Contains(affinity)) errors.Add(FieldError.NotSupported("spec.sessionAffinity", ObjectValidation.Quote(affinity), Affinities));
        if (!Types.Contains(type)) errors.Add(FieldError.NotSupported("spec.type", ObjectValidation.Quote(type), Types));
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
        if (number is < 1 or > 65535) errors.Add(FieldError.Invalid($"{at}.port", number.ToString(CultureInfo.InvariantCulture), "must be between 1 and 65535, inclusive"));
        if (!Protocols.Contains(protocol)) errors.Add(FieldError.NotSupported($"{at}.protocol", ObjectValidation.Quote(protocol), Protocols));
        if (port.Text("targetPort") is { Length: > 15 } target) errors.Add(FieldError.Invalid($"{at}.targetPort", ObjectValidation.Quote(target), "must be no more than 15 characters"));
        if (!numbers.Add($"{number.ToString(CultureInfo.InvariantCulture)}/{protocol}"))
            errors.Add(FieldError.Duplicate(at, $"{{\"protocol\":\"{protocol}\",\"port\":{number.ToString(CultureInfo.InvariantCulture)}}}"));
    }
}
