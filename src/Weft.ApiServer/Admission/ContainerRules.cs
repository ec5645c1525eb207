using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Schemas.Cel;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of the parts of one container: ports, probes, mounts, where its environment comes from, what it wants of the node.</summary>
internal static class ContainerRules
{
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc"];
    private static readonly string[] Counts = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];
    private static readonly string[] Resources = ["cpu", "memory", "ephemeral-storage"];

    public static void Check(JsonObject container, string at, List<FieldError> errors)
    {
        if (container.Text("image") is { Length: > 0 } image && image != image.Trim()) errors.Add(FieldError.Invalid($"{at}.image", ObjectValidation.Quote(image), "must not have leading or trailing whitespace"));
        Ports(container, at, errors);
        Environment(container, at, errors);
        foreach (var probe in Probes)
            if (container.Object(probe) is { } asked) Probe(asked, $"{at}.{probe}", probe != "readinessProbe", errors);
        Mounts(container, at, errors);
        foreach (var part in new[] { "limits", "requests" })
            foreach (var (name, value) in container.Object("resources")?.Object(part) ?? []) Amount(name, value?.ToString() ?? "", $"{at}.resources.{part}[{name}]", errors);
    }

    private static void Ports(JsonObject container, string at, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var port in JsonAccess.Objects(container.Array("ports")))
        {
            var field = $"{at}.ports[{Text(index++)}]";
            if (port.Text("name") is { Length: > 0 } name)
            {
                var wrong = AddressRules.PortName(name).ToArray();
                errors.AddRange(wrong.Select(message => FieldError.Invalid($"{field}.name", ObjectValidation.Quote(name), message)));
                if (wrong.Length == 0 && !names.Add(name)) errors.Add(FieldError.Duplicate($"{field}.name", ObjectValidation.Quote(name)));
            }

            if (port.Number("hostPort") is not ({ } host and not 0)) continue;
            foreach (var message in AddressRules.PortNumber(host)) errors.Add(FieldError.Invalid($"{field}.hostPort", Text(host), message));
        }
    }

    private static void Environment(JsonObject container, string at, List<FieldError> errors)
    {
        var index = 0;
        foreach (var variable in JsonAccess.Objects(container.Array("env")))
        {
            var field = $"{at}.env[{Text(index++)}].valueFrom";
            if (variable.Object("valueFrom") is not { } source) continue;
            if (source.Count == 0) errors.Add(FieldError.Invalid(field, "\"\"", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"));
            else if (variable.Text("value") is { Length: > 0 }) errors.Add(FieldError.Invalid(field, "\"\"", "may not be specified when `value` is not empty"));
            else if (source.Count > 1) errors.Add(FieldError.Invalid(field, "\"\"", "may not have more than one field specified at a time"));
            foreach (var reference in new[] { "configMapKeyRef", "secretKeyRef" })
                if (source.Object(reference) is { } from && string.IsNullOrEmpty(from.Text("key"))) errors.Add(FieldError.Required($"{field}.{reference}.key", ""));
        }
    }

    private static void Probe(JsonObject probe, string at, bool once, List<FieldError> errors)
    {
        var handlers = Handlers.Where(h => probe[h] is not null).ToArray();
        if (handlers.Length == 0) errors.Add(FieldError.Required(at, "must specify a handler type"));
        foreach (var handler in handlers.Skip(1)) errors.Add(FieldError.Forbidden($"{at}.{handler}", "may not specify more than 1 handler type"));
        if (probe.Object("exec") is { } exec && exec.Array("command") is null or { Count: 0 }) errors.Add(FieldError.Required($"{at}.exec.command", ""));
        foreach (var handler in new[] { "httpGet", "tcpSocket" })
            if (probe.Object(handler) is { } target) Port(target, $"{at}.{handler}.port", errors);
        foreach (var count in Counts)
            if (probe.Number(count) is < 0 and var value) errors.Add(FieldError.Invalid($"{at}.{count}", Text(value), "must be greater than or equal to 0"));
        if (once && probe.Number("successThreshold") is { } successes and not 1) errors.Add(FieldError.Invalid($"{at}.successThreshold", Text(successes), "must be 1"));
    }

    private static void Port(JsonObject target, string field, List<FieldError> errors)
    {
        if (target.Text("port") is { } name)
            foreach (var message in AddressRules.PortName(name)) errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(name), message));
        else
            foreach (var message in AddressRules.PortNumber(target.Number("port") ?? 0)) errors.Add(FieldError.Invalid(field, Text(target.Number("port") ?? 0), message));
    }

    private static void Mounts(JsonObject container, string at, List<FieldError> errors)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var mount in JsonAccess.Objects(container.Array("volumeMounts")))
        {
            var field = $"{at}.volumeMounts[{Text(index++)}]";
            var path = mount.Text("mountPath") ?? "";
            if (path.Length == 0) errors.Add(FieldError.Required($"{field}.mountPath", ""));
            else if (!paths.Add(path)) errors.Add(FieldError.Invalid($"{field}.mountPath", ObjectValidation.Quote(path), "must be unique"));
        }
    }

    private static void Amount(string name, string value, string field, List<FieldError> errors)
    {
        if (!name.Contains('/', StringComparison.Ordinal) && !Resources.Contains(name) && !name.StartsWith("hugepages-", StringComparison.Ordinal))
        {
            errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(name), "must be a standard resource type or fully qualified"));
            errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(name), "must be a standard resource for containers"));
        }

        if (CelQuantity.Parse(value) is { Value: < 0 }) errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(value), "must be greater than or equal to 0"));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
