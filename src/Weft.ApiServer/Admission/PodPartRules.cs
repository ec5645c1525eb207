using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of the parts of a pod's spec beside its containers: volumes, where it may run, for how long, under which name.</summary>
internal static class PodPartRules
{
    private static readonly string[] TolerationOperators = ["Equal", "Exists", "Lt", "Gt"];

    public static void Check(JsonObject spec, string path, List<FieldError> errors)
    {
        Volumes(spec, path, errors);
        SelectorRules.Labels(spec.Object("nodeSelector"), $"{path}.nodeSelector", errors);
        Tolerations(spec, path, errors);
        if (spec.Number("activeDeadlineSeconds") is { } deadline and (< 1 or > int.MaxValue))
            errors.Add(FieldError.Invalid($"{path}.activeDeadlineSeconds", Text(deadline), "must be between 1 and 2147483647, inclusive"));
        foreach (var field in new[] { "hostname", "subdomain" })
            foreach (var message in spec.Text(field) is { Length: > 0 } name ? NameRules.Label(name) : [])
                errors.Add(FieldError.Invalid($"{path}.{field}", ObjectValidation.Quote(spec.Text(field)!), message));
        if (spec.Text("dnsPolicy") == "None" && spec.Object("dnsConfig")?.Array("nameservers") is null or { Count: 0 })
            errors.Add(FieldError.Required($"{path}.dnsConfig.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None"));
        if (spec.Object("securityContext")?.Number("runAsUser") is { } user and (< 0 or > int.MaxValue))
            errors.Add(FieldError.Invalid($"{path}.securityContext.runAsUser", Text(user), "must be between 0 and 2147483647, inclusive"));
    }

    private static void Volumes(JsonObject spec, string path, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var volume in JsonAccess.Objects(spec.Array("volumes")))
        {
            var at = $"{path}.volumes[{Text(index++)}]";
            var name = volume.Text("name") ?? "";
            if (name.Length == 0) errors.Add(FieldError.Required($"{at}.name", ""));
            foreach (var message in name.Length == 0 ? [] : NameRules.Label(name)) errors.Add(FieldError.Invalid($"{at}.name", ObjectValidation.Quote(name), message));
            if (name.Length > 0 && !names.Add(name)) errors.Add(FieldError.Duplicate($"{at}.name", ObjectValidation.Quote(name)));
            foreach (var source in volume.Select(p => p.Key).Where(k => k != "name").OrderByDescending(k => k == "emptyDir").Skip(1)) errors.Add(FieldError.Forbidden($"{at}.{source}", "may not specify more than 1 volume type"));
            if (volume.Object("hostPath") is { } host && string.IsNullOrEmpty(host.Text("path"))) errors.Add(FieldError.Required($"{at}.hostPath.path", ""));
            if (volume.Object("persistentVolumeClaim") is { } claim && string.IsNullOrEmpty(claim.Text("claimName"))) errors.Add(FieldError.Required($"{at}.persistentVolumeClaim.claimName", ""));
            if (volume.Object("secret") is { } secret && string.IsNullOrEmpty(secret.Text("secretName"))) errors.Add(FieldError.Required($"{at}.secret.secretName", ""));
        }
    }

    private static void Tolerations(JsonObject spec, string path, List<FieldError> errors)
    {
        var index = 0;
        foreach (var toleration in JsonAccess.Objects(spec.Array("tolerations")))
        {
            var at = $"{path}.tolerations[{Text(index++)}]";
            var key = toleration.Text("key") ?? "";
            var how = toleration.Text("operator") ?? "";
            foreach (var message in key.Length == 0 ? [] : LabelSyntax.Key(key)) errors.Add(FieldError.Invalid($"{at}.key", ObjectValidation.Quote(key), message));
            if (key.Length == 0 && how != "Exists")
                errors.Add(FieldError.Invalid($"{at}.operator", ObjectValidation.Quote(how), "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
            if (toleration["tolerationSeconds"] is not null && toleration.Text("effect") is { } effect && effect != "NoExecute")
                errors.Add(FieldError.Invalid($"{at}.effect", ObjectValidation.Quote(effect), "effect must be 'NoExecute' when `tolerationSeconds` is set"));
            if (how == "Exists" && toleration.Text("value") is { Length: > 0 })
                errors.Add(FieldError.Invalid($"{at}.operator", Encoding.UTF8.GetString(JsonText.Write(toleration)), "value must be empty when `operator` is 'Exists'"));
            else if (how is "" or "Equal")
                foreach (var message in LabelSyntax.Value(toleration.Text("value") ?? "")) errors.Add(FieldError.Invalid($"{at}.operator", ObjectValidation.Quote(toleration.Text("value")!), message));
            else if (!TolerationOperators.Contains(how)) errors.Add(FieldError.NotSupported($"{at}.operator", ObjectValidation.Quote(how), ["Equal", "Exists"]));
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
