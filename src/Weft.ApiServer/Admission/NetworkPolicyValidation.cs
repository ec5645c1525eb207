using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of a NetworkPolicy: whom it selects, and who may talk to whom at which ports.</summary>
internal static class NetworkPolicyValidation
{
    private static readonly string[] PolicyTypes = ["Ingress", "Egress"];
    private static readonly string[] PeerParts = ["podSelector", "namespaceSelector", "ipBlock"];

    public static void Validate(JsonObject item, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        SelectorRules.Selector(spec.Object("podSelector"), "spec.podSelector", errors);
        Each(spec, "ingress", "spec", (rule, path) => Rule(rule, path, "from", errors));
        Each(spec, "egress", "spec", (rule, path) => Rule(rule, path, "to", errors));
        var types = (spec.Array("policyTypes") ?? []).Select(t => t?.ToString() ?? "").ToArray();
        if (types.Length > PolicyTypes.Length) errors.Add(FieldError.Invalid("spec.policyTypes", System.Text.Encoding.UTF8.GetString(JsonText.Write(spec["policyTypes"])), "may not specify more than two policyTypes"));
        else
            for (var i = 0; i < types.Length; i++)
                if (!PolicyTypes.Contains(types[i])) errors.Add(FieldError.NotSupported($"spec.policyTypes[{Text(i)}]", ObjectValidation.Quote(types[i]), PolicyTypes));
    }

    private static void Rule(JsonObject rule, string path, string peers, List<FieldError> errors)
    {
        Each(rule, "ports", path, (port, at) => Port(port, at, errors));
        Each(rule, peers, path, (peer, at) => Peer(peer, at, errors));
    }

    private static void Port(JsonObject port, string path, List<FieldError> errors)
    {
        var end = port.Number("endPort");
        if (port.Text("port") is { } name)
        {
            if (end is not null) errors.Add(FieldError.Invalid($"{path}.endPort", Text(end.Value), "may not be specified when `port` is non-numeric"));
            foreach (var message in AddressRules.PortName(name)) errors.Add(FieldError.Invalid($"{path}.port", ObjectValidation.Quote(name), message));
        }
        else if (port.Number("port") is { } number)
        {
            foreach (var message in AddressRules.PortNumber(number)) errors.Add(FieldError.Invalid($"{path}.port", Text(number), message));
            if (end < number) errors.Add(FieldError.Invalid($"{path}.endPort", Text(number), "must be greater than or equal to `port`"));
            foreach (var message in end is { } last ? AddressRules.PortNumber(last) : []) errors.Add(FieldError.Invalid($"{path}.endPort", Text(end!.Value), message));
        }
        else if (end is not null)
        {
            errors.Add(FieldError.Invalid($"{path}.endPort", Text(end.Value), "may not be specified when `port` is not specified"));
        }
    }

    private static void Peer(JsonObject peer, string path, List<FieldError> errors)
    {
        SelectorRules.Selector(peer.Object("podSelector"), $"{path}.podSelector", errors);
        SelectorRules.Selector(peer.Object("namespaceSelector"), $"{path}.namespaceSelector", errors);
        if (peer.Object("ipBlock") is { } block) Block(block, $"{path}.ipBlock", errors);
        var count = PeerParts.Count(part => peer[part] is not null);
        if (count == 0) errors.Add(FieldError.Required(path, "must specify a peer"));
        else if (count > 1 && peer["ipBlock"] is not null) errors.Add(FieldError.Forbidden(path, "may not specify both ipBlock and another peer"));
    }

    private static void Block(JsonObject block, string path, List<FieldError> errors)
    {
        var network = block.Text("cidr") ?? "";
        if (network.Length == 0)
        {
            errors.Add(FieldError.Required($"{path}.cidr", ""));
            return;
        }

        var wrong = AddressRules.Network(network).ToArray();
        errors.AddRange(wrong.Select(message => FieldError.Invalid($"{path}.cidr", ObjectValidation.Quote(network), message)));
        var exceptions = (block.Array("except") ?? []).Select(e => e?.ToString() ?? "").ToArray();
        for (var i = 0; i < exceptions.Length && wrong.Length == 0; i++)
        {
            var at = $"{path}.except[{Text(i)}]";
            var messages = AddressRules.Network(exceptions[i]).ToArray();
            errors.AddRange(messages.Select(message => FieldError.Invalid(at, ObjectValidation.Quote(exceptions[i]), message)));
            if (messages.Length == 0 && !IsWithin(exceptions[i], network)) errors.Add(FieldError.Invalid(at, ObjectValidation.Quote(exceptions[i]), "must be a strict subset of `cidr`"));
        }
    }

    private static bool IsWithin(string inner, string outer)
    {
        var (address, length) = Split(inner);
        var (network, outerLength) = Split(outer);
        var (a, b) = (address.GetAddressBytes(), network.GetAddressBytes());
        return a.Length == b.Length && length > outerLength && Enumerable.Range(0, outerLength).All(bit => ((a[bit / 8] ^ b[bit / 8]) >> (7 - (bit % 8)) & 1) == 0);
    }

    private static (IPAddress Address, int Length) Split(string network) =>
        (IPAddress.Parse(network.Split('/')[0]), int.Parse(network.Split('/')[1], CultureInfo.InvariantCulture));

    private static void Each(JsonObject from, string list, string path, Action<JsonObject, string> check)
    {
        var index = 0;
        foreach (var item in JsonAccess.Objects(from.Array(list))) check(item, $"{path}.{list}[{Text(index++)}]");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
