using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of an EndpointSlice. Addresses of the loopback network are right here: the pods of this cluster have them.</summary>
internal static class EndpointSliceValidation
{
    public static void Validate(JsonObject item, JsonObject? before, List<FieldError> errors)
    {
        var type = item.Text("addressType") ?? "";
        if (type.Length == 0) errors.Add(FieldError.Required("addressType", ""));
        if (before is not null && before.Text("addressType") != type)
        {
            errors.Add(FieldError.Invalid("addressType", ObjectValidation.Quote(type), "field is immutable"));
            return;
        }

        Endpoints(item, type, errors);
        Ports(item, errors);
    }

    private static void Endpoints(JsonObject item, string type, List<FieldError> errors)
    {
        var index = 0;
        foreach (var endpoint in JsonAccess.Objects(item.Array("endpoints")))
        {
            var path = $"endpoints[{Text(index++)}].addresses";
            var addresses = (endpoint.Array("addresses") ?? []).Select(a => a?.ToString() ?? "").ToArray();
            if (addresses.Length == 0) errors.Add(FieldError.Required(path, "must contain at least 1 address"));
            for (var i = 0; i < addresses.Length; i++)
                foreach (var message in Address(addresses[i], type)) errors.Add(FieldError.Invalid($"{path}[{Text(i)}]", ObjectValidation.Quote(addresses[i]), message));
        }
    }

    private static IEnumerable<string> Address(string address, string type) => type switch
    {
        "IPv4" => AddressRules.Address(address).Any() || address.Contains(':', StringComparison.Ordinal) ? ["must be a valid IPv4 address"] : [],
        "IPv6" => AddressRules.Address(address).Any() || !address.Contains(':', StringComparison.Ordinal) ? ["must be a valid IPv6 address"] : [],
        "FQDN" => LabelSyntax.Subdomain(address),
        _ => [],
    };

    private static void Ports(JsonObject item, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var port in JsonAccess.Objects(item.Array("ports")))
        {
            var path = $"ports[{Text(index++)}].name";
            var name = port.Text("name") ?? "";
            foreach (var message in name.Length == 0 ? [] : NameRules.Label(name)) errors.Add(FieldError.Invalid(path, ObjectValidation.Quote(name), message));
            if (!names.Add(name)) errors.Add(FieldError.Duplicate(path, ObjectValidation.Quote(name)));
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
