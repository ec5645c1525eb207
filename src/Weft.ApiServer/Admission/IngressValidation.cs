using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Admission;

/// <summary>The rules of Ingresses.</summary>
internal static class IngressValidation
{
    private static readonly string[] PathTypes = ["Exact", "ImplementationSpecific", "Prefix"];

    public static void Validate(JsonObject item, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        var rules = JsonAccess.Objects(spec.Array("rules")).ToArray();
        if (rules.Length == 0 && spec.Object("defaultBackend") is null)
            errors.Add(FieldError.Invalid("spec", spec["rules"] is { } given ? Encoding.UTF8.GetString(JsonText.Write(given)) : "null", "either `defaultBackend` or `rules` must be specified"));
        if (spec.Object("defaultBackend") is { } backend) Backend(backend, "spec.defaultBackend", errors);
        for (var i = 0; i < rules.Length; i++) Rule(rules[i], $"spec.rules[{i}]", errors);
    }

    private static void Rule(JsonObject rule, string path, List<FieldError> errors)
    {
        if (rule.Text("host") is { Length: > 0 } host && !host.Contains('*', StringComparison.Ordinal))
            foreach (var message in LabelSyntax.Subdomain(host)) errors.Add(FieldError.Invalid($"{path}.host", ObjectValidation.Quote(host), message));
        if (rule.Object("http") is not { } http) return;
        var paths = JsonAccess.Objects(http.Array("paths")).ToArray();
        if (paths.Length == 0) errors.Add(FieldError.Required($"{path}.http.paths", ""));
        for (var i = 0; i < paths.Length; i++) Path(paths[i], $"{path}.http.paths[{i}]", errors);
    }

    private static void Path(JsonObject rule, string path, List<FieldError> errors)
    {
        var text = rule.Text("path") ?? "";
        switch (rule.Text("pathType"))
        {
            case null or "":
                errors.Add(FieldError.Required($"{path}.pathType", "pathType must be specified"));
                break;
            case "Exact" or "Prefix" when !text.StartsWith('/'):
                errors.Add(FieldError.Invalid($"{path}.path", ObjectValidation.Quote(text), "must be an absolute path"));
                break;
            case "ImplementationSpecific" when text.Length > 0 && text[0] != '/':
                errors.Add(FieldError.Invalid($"{path}.path", ObjectValidation.Quote(text), "must be an absolute path"));
                break;
            case var type when !PathTypes.Contains(type):
                errors.Add(FieldError.NotSupported($"{path}.pathType", ObjectValidation.Quote(type), PathTypes));
                break;
        }

        Backend(rule.Object("backend") ?? [], $"{path}.backend", errors);
    }

    private static void Backend(JsonObject backend, string path, List<FieldError> errors)
    {
        var (service, resource) = (backend.Object("service"), backend.Object("resource"));
        if (service is not null && resource is not null) errors.Add(FieldError.Invalid(path, "\"\"", "cannot set both resource and service backends"));
        else if (service is null && resource is null) errors.Add(FieldError.Invalid(path, "\"\"", "resource or service backend is required"));
        if (service is null || resource is not null) return;
        if (string.IsNullOrEmpty(service.Text("name"))) errors.Add(FieldError.Required($"{path}.service.name", ""));
        var (name, number) = (service.Object("port")?.Text("name") ?? "", service.Object("port")?.Number("number") ?? 0);
        if (name.Length > 0 && number != 0) errors.Add(FieldError.Invalid(path, "\"\"", "cannot set both port name & port number"));
        else if (name.Length == 0 && number == 0) errors.Add(FieldError.Required(path, "port name or number is required"));
        else if (number is < 0 or > 65535) errors.Add(FieldError.Invalid($"{path}.service.port.number", number.ToString(System.Globalization.CultureInfo.InvariantCulture), "must be between 1 and 65535, inclusive"));
    }
}
