using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission.Checks;

/// <summary>Where routes lead: hosts, subsets, ports, weights, and the gateways at which a route holds.</summary>
internal static class Destinations
{
    public static Findings Check(Spec destination)
    {
        var findings = new Findings();
        if (!destination.Exists)
        {
            return findings;
        }

        var host = destination.Text("host");
        findings.Error(host == "*" ? $"invalid destination host {host}" : Hosts.NameOrWildcard(host));
        if (destination.Text("subset") is { Length: > 0 } subset)
        {
            findings.Error(SubsetName(subset));
        }

        if (destination.Message("port") is { Exists: true } port)
        {
            findings.Error(Values.Port(port.Number("number")));
        }

        return findings;
    }

    public static string? SubsetName(string name) =>
        name.Length == 0 ? "subset name cannot be empty" : Hosts.IsLabel(name) ? null : $"subset name is invalid: {name}";

    /// <summary>The weighted destinations of a route.</summary>
    public static Findings CheckWeighted(IReadOnlyList<Spec> destinations)
    {
        var findings = new Findings();
        var total = 0.0;
        foreach (var weighted in destinations)
        {
            findings.ListedError(!weighted.Exists ? "weight may not be nil" : weighted.Message("destination").Exists ? null : "destination is required");
            findings.Add(Headers.CheckOperations(weighted.Message("headers")));
            findings.Add(Check(weighted.Message("destination")));
            var weight = weighted.Number("weight");
            findings.ErrorIf(weight < 0, $"weight {GoText.Integer(weight)} < 0");
            total += weight;
        }

        findings.ErrorIf(destinations.Count > 1 && total == 0, "total destination weight = 0");
        return findings;
    }

    /// <summary>Names of gateways, of the form namespace/name or name. After the first one without a namespace istiod looks no further.</summary>
    public static Findings CheckGateways(IReadOnlyList<string> gateways)
    {
        var findings = new Findings();
        foreach (var gateway in gateways)
        {
            var parts = gateway.Split('/', 2);
            if (parts.Length < 2)
            {
                CheckPlainGateway(gateway, findings);
                break;
            }

            findings.ErrorIf(parts[0].Length == 0 || parts[1].Length == 0, "config namespace and gateway name cannot be empty");
            findings.ErrorIf(!Hosts.IsLabel(parts[0]), $"invalid value for namespace: {GoText.Quote(parts[0])}");
            findings.ErrorIf(!Hosts.IsLabel(parts[1]), $"invalid value for gateway name: {GoText.Quote(parts[1])}");
        }

        return findings;
    }

    private static void CheckPlainGateway(string gateway, Findings findings)
    {
        var labels = gateway.Split('.');
        if (labels.Length > 1)
        {
            findings.Warning($"using legacy gatewayName format {GoText.Quote(gateway)}; prefer the <namespace>/<name> format: {GoText.Quote($"{labels[1]}/{labels[0]}")}");
        }

        findings.Error(Hosts.Name(gateway));
    }
}
