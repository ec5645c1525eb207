using System.Net;
using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of Events, in both of their groups, and of Endpoints.</summary>
internal static class EventValidation
{
    /// <summary>Of an event in the form it is kept in; those of events.k8s.io must say more.</summary>
    public static void Event(JsonObject item, bool strict, List<FieldError> errors)
    {
        var ns = item.TextAt("metadata", "namespace");
        var about = item.TextAt("involvedObject", "namespace");
        if (about != ns && !(about.Length == 0 && ns == "default")) errors.Add(FieldError.Invalid("involvedObject.namespace", ObjectValidation.Quote(about), "does not match event.namespace"));
        if (!strict) return;
        if (item.Text("eventTime") is null) errors.Add(FieldError.Required("eventTime", ""));
        var type = item.Text("type") ?? "";
        if (type is not ("Normal" or "Warning")) errors.Add(FieldError.Invalid("type", ObjectValidation.Quote(type), $"has invalid value: {type}"));
        if (item.Text("eventTime") is null) return;
        if (item.Text("reportingComponent") is null or "") errors.Add(FieldError.Required("reportingController", ""));
        if (item.Text("reportingInstance") is null or "") errors.Add(FieldError.Required("reportingInstance", ""));
        if (item.Text("action") is null or "") errors.Add(FieldError.Required("action", ""));
        if (item.Text("reason") is null or "") errors.Add(FieldError.Required("reason", ""));
    }

    public static void Endpoints(JsonObject item, List<FieldError> errors)
    {
        var index = 0;
        // The Service `kubernetes` leads to this server, which listens where others may not be.
        var isServer = item.TextAt("metadata", "name") == "kubernetes" && item.TextAt("metadata", "namespace") == "default";
        foreach (var subset in JsonAccess.Objects(item.Array("subsets")))
        {
            var at = $"subsets[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            if (subset.Array("addresses") is null or { Count: 0 } && subset.Array("notReadyAddresses") is null or { Count: 0 })
                errors.Add(FieldError.Required(at, "must specify `addresses` or `notReadyAddresses`"));
            foreach (var list in new[] { "addresses", "notReadyAddresses" })
            {
                var i = 0;
                foreach (var address in JsonAccess.Objects(subset.Array(list))) Address(address.Text("ip") ?? "", $"{at}.{list}[{(i++).ToString(CultureInfo.InvariantCulture)}].ip", isServer, errors);
            }

            var p = 0;
            foreach (var port in JsonAccess.Objects(subset.Array("ports")))
            {
                var number = port.Number("port") ?? 0;
                if (number is < 1 or > 65535) errors.Add(FieldError.Invalid($"{at}.ports[{p.ToString(CultureInfo.InvariantCulture)}].port", number.ToString(CultureInfo.InvariantCulture), "must be between 1 and 65535, inclusive"));
                p++;
            }
        }
    }

    private static void Address(string ip, string at, bool isServer, List<FieldError> errors)
    {
        if (IPAddress.TryParse(ip, out var parsed) && (ip.Contains(':', StringComparison.Ordinal) || ip.Count('.') == 3))
        {
            if (IPAddress.IsLoopback(parsed) && !IsOurs(parsed) && !isServer) errors.Add(FieldError.Invalid(at, ObjectValidation.Quote(ip), "may not be in the loopback range (127.0.0.0/8, ::1/128)"));
            return;
        }

        errors.Add(FieldError.Invalid(at, ObjectValidation.Quote(ip), "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
        errors.Add(FieldError.Invalid(at, ObjectValidation.Quote(ip), "must be a valid IP address"));
    }

    /// <summary>Pods of the embedded node live in 127.0.0.0/8; only the host's own address is no endpoint.</summary>
    private static bool IsOurs(IPAddress address) => address.ToString() is not ("127.0.0.1" or "::1");
}
