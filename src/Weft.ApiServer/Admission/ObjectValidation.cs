using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>What Kubernetes refuses with 422: metadata for every kind, then the rules of the kind.</summary>
internal static class ObjectValidation
{
    private const int LargestAnnotations = 256 * 1024;

    public static List<FieldError> Validate(ResourceDefinition resource, JsonObject item, JsonObject? before, string subresource)
    {
        var errors = new List<FieldError>();
        Metadata(resource, item.Object("metadata") ?? [], before?.Object("metadata"), errors);
        switch (resource.TypeName)
        {
            case "core/v1.ConfigMap" or "core/v1.Secret":
                DataKeys(item, errors);
                if (resource.Kind == "Secret") SecretValidation.Validate(item, errors);
                else DataSize(item, errors);
                Immutable(item, before, errors);
                break;
            case "core/v1.Event" or "events/v1.Event":
                EventValidation.Event(Storage.StorageForm.ToStored(resource, item.Clone()), resource.Group.Length > 0, errors);
                break;
            case "core/v1.Endpoints":
                EventValidation.Endpoints(item, errors);
                break;
            case "batch/v1.CronJob":
                if (CronSchedule.Problem(item.TextAt("spec", "schedule")) is { } problem) errors.Add(FieldError.Invalid("spec.schedule", Quote(item.TextAt("spec", "schedule")), problem));
                PodValidation.Spec(item.At("spec", "jobTemplate", "spec", "template", "spec") as JsonObject ?? [], "spec.jobTemplate.spec.template.spec", errors);
                break;
            case "core/v1.Service":
                ServiceValidation.Validate(item, errors);
                break;
            case "core/v1.Pod":
                PodValidation.Spec(item.Object("spec") ?? [], "spec", errors);
                if (before is not null && subresource == "resize") PodValidation.Resize(before, item, errors);
                else if (before is not null && subresource.Length == 0) PodValidation.Update(before.Object("spec") ?? [], item.Object("spec") ?? [], errors);
                break;
            case "discovery/v1.EndpointSlice":
                if (string.IsNullOrEmpty(item.Text("addressType"))) errors.Add(FieldError.Required("addressType", ""));
                else if (before is not null && before.Text("addressType") != item.Text("addressType"))
                    errors.Add(FieldError.Invalid("addressType", Quote(item.Text("addressType")!), "field is immutable"));
                break;
            case "apps/v1.Deployment" or "apps/v1.ReplicaSet" or "apps/v1.StatefulSet" or "apps/v1.DaemonSet":
                Workload(item, before, errors);
                if (subresource == "status") StatusValidation.Validate(resource.TypeName, item, errors);
                if (resource.Kind == "StatefulSet" && before is not null) StatefulSetUpdate(before.Object("spec") ?? [], item.Object("spec") ?? [], errors);
                break;
            case "batch/v1.Job":
                PodValidation.Spec(item.Object("spec")?.Object("template")?.Object("spec") ?? [], "spec.template.spec", errors);
                if (item.At("spec", "template", "spec", "restartPolicy")?.ToString() is null or "" or "Always")
                    errors.Add(FieldError.Required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
                if (before?.Object("spec")?["template"] is { } template && !JsonNode.DeepEquals(template, item.Object("spec")?["template"]) && item.Object("spec")?.Flag("suspend") != true)
                    errors.Add(FieldError.Invalid("spec.template", Encoding.UTF8.GetString(JsonText.Write(item.Object("spec")?["template"])), "field is immutable"));
                break;
        }

        return errors;
    }

    public static string Quote(string value) => Encoding.UTF8.GetString(JsonText.Write(JsonValue.Create(value)));

    private static void Metadata(ResourceDefinition resource, JsonObject metadata, JsonObject? before, List<FieldError> errors)
    {
        var name = metadata.Text("name") ?? "";
        if (name.Length == 0)
        {
            errors.Add(FieldError.Required("metadata.name", "name or generateName is required"));
            return;
        }

        if (before is null)
            foreach (var message in Rule(resource)(name)) errors.Add(FieldError.Invalid("metadata.name", Quote(name), message));
        foreach (var (key, value) in metadata.Object("labels") ?? [])
        {
            foreach (var message in NameRules.QualifiedName(key)) errors.Add(FieldError.Invalid("metadata.labels", Quote(key), message));
            foreach (var message in NameRules.LabelValue(value?.ToString() ?? "")) errors.Add(FieldError.Invalid("metadata.labels", Quote(value?.ToString() ?? ""), message));
        }

        foreach (var (key, _) in metadata.Object("annotations") ?? [])
            foreach (var message in NameRules.QualifiedName(key.ToLowerInvariant())) errors.Add(FieldError.Invalid("metadata.annotations", Quote(key), message));
        if ((metadata.Object("annotations") ?? []).Sum(p => p.Key.Length + Encoding.UTF8.GetByteCount(p.Value?.ToString() ?? "")) > LargestAnnotations)
            errors.Add(SecretValidation.TooLong("metadata.annotations", LargestAnnotations));
        Finalizers(resource, metadata, before, errors);
        OwnerReferences(metadata, errors);
    }

    private static Func<string, IEnumerable<string>> Rule(ResourceDefinition resource) => resource.TypeName switch
    {
        "core/v1.Namespace" or "core/v1.Service" => NameRules.Label,
        "rbac/v1.Role" or "rbac/v1.RoleBinding" or "rbac/v1.ClusterRole" or "rbac/v1.ClusterRoleBinding" => NameRules.PathSegment,
        _ => NameRules.Subdomain,
    };

    private static void Finalizers(ResourceDefinition resource, JsonObject metadata, JsonObject? before, List<FieldError> errors)
    {
        var index = 0;
        foreach (var entry in metadata.Array("finalizers") ?? [])
        {
            var name = entry?.ToString() ?? "";
            var at = $"metadata.finalizers[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            foreach (var message in NameRules.QualifiedName(name)) errors.Add(FieldError.Invalid("metadata.finalizers", Quote(name), message));
            if (!resource.IsCustom && resource.TypeName != "crd" && !name.Contains('/', StringComparison.Ordinal) && name is not ("orphan" or "foregroundDeletion" or "kubernetes"))
                errors.Add(FieldError.Invalid(at, Quote(name), "name is neither a standard finalizer name nor is it fully qualified"));
        }

        if (before?.Text("deletionTimestamp") is null) return;
        var old = (before.Array("finalizers") ?? []).Select(f => f?.ToString()).ToHashSet();
        var added = (metadata.Array("finalizers") ?? []).Select(f => f?.ToString() ?? "").Where(f => !old.Contains(f)).ToArray();
        if (added.Length == 0) return;
        var refusal = FieldError.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(Quote))}}}");
        // Said twice there: by the rules of all objects and by those of the kind.
        errors.AddRange([refusal, refusal]);
    }

    private static void OwnerReferences(JsonObject metadata, List<FieldError> errors)
    {
        string? controller = null;
        var references = metadata.Array("ownerReferences") ?? [];
        for (var i = 0; i < references.Count; i++)
        {
            if (references[i] is not JsonObject reference) continue;
            const string at = "metadata.ownerReferences";
            if (string.IsNullOrEmpty(reference.Text("apiVersion"))) errors.Add(FieldError.Invalid($"{at}.apiVersion", "\"\"", "version must not be empty"));
            if (string.IsNullOrEmpty(reference.Text("kind"))) errors.Add(FieldError.Invalid($"{at}.kind", "\"\"", "must not be empty"));
            if (string.IsNullOrEmpty(reference.Text("name"))) errors.Add(FieldError.Invalid($"{at}.name", "\"\"", "must not be empty"));
            if (string.IsNullOrEmpty(reference.Text("uid"))) errors.Add(FieldError.Invalid($"{at}.uid", "\"\"", "must not be empty"));
            if (reference.Text("kind") == "Event" && reference.Text("apiVersion") is "v1" or "events.k8s.io/v1")
                errors.Add(FieldError.Invalid(at, Encoding.UTF8.GetString(JsonText.Write(reference)), $"{(reference.Text("apiVersion") == "v1" ? "/v1" : reference.Text("apiVersion"))}, Kind=Event is disallowed from being an owner"));
            if (reference.Flag("controller") != true) continue;
            if (controller is null) controller = $"{reference.Text("kind")}/{reference.Text("name")}";
            else
            {
                errors.Add(FieldError.Invalid(
                    "metadata.ownerReferences",
                    Encoding.UTF8.GetString(JsonText.Write(references)),
                    $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {reference.Text("kind")}/{reference.Text("name")}"));
            }
        }
    }

    private static void DataSize(JsonObject item, List<FieldError> errors)
    {
        var size = (item.Object("data") ?? []).Sum(p => Encoding.UTF8.GetByteCount(p.Value?.ToString() ?? "")) + (item.Object("binaryData") ?? []).Sum(p => (p.Value?.ToString().Length ?? 0) / 4 * 3);
        if (size > SecretValidation.LargestData) errors.Add(SecretValidation.TooLong("[]", SecretValidation.LargestData));
    }

    private static void DataKeys(JsonObject item, List<FieldError> errors)
    {
        foreach (var part in new[] { "data", "binaryData" })
        {
            foreach (var (key, _) in item.Object(part) ?? [])
            {
                if (part == "data" && item.Object("binaryData")?.ContainsKey(key) == true)
                    errors.Add(FieldError.Invalid($"data[{key}]", Quote(key), "duplicate of key present in binaryData"));
                if (key.Length == 0 || key.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
                {
                    errors.Add(FieldError.Invalid(
                        $"{part}[{key}]",
                        Quote(key),
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"));
                }
            }
        }
    }

    private static void Immutable(JsonObject item, JsonObject? before, List<FieldError> errors)
    {
        if (before is not null && before["type"] is { } type && !JsonNode.DeepEquals(type, item["type"]))
            errors.Add(FieldError.Invalid("type", Quote(item.Text("type") ?? ""), "field is immutable"));
        if (before?.Flag("immutable") != true) return;
        foreach (var part in new[] { "immutable", "data", "binaryData" })
        {
            if (!JsonNode.DeepEquals(before[part], item[part]))
                errors.Add(FieldError.Forbidden(part, "field is immutable when `immutable` is set"));
        }
    }

    private static void Workload(JsonObject item, JsonObject? before, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        var replicas = spec.Number("replicas");
        if (replicas < 0) errors.Add(FieldError.Invalid("spec.replicas", replicas.Value.ToString(CultureInfo.InvariantCulture), "must be greater than or equal to 0"));
        var selector = spec.Object("selector");
        var labels = spec.Object("template")?.Object("metadata")?.Object("labels");
        if (selector is null)
            errors.Add(FieldError.Required("spec.selector", ""));
        else if (selector.Count == 0)
            errors.Add(FieldError.Invalid("spec.selector", "{}", "empty selector is invalid for deployment"));
        if (selector is null || !Matches(selector, labels))
        {
            var shown = labels is null ? "null" : Encoding.UTF8.GetString(JsonText.Write(labels));
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", shown, "`selector` does not match template `labels`"));
        }

        Strategy(item, spec, errors);
        if (before is not null && !JsonNode.DeepEquals(before.Object("spec")?.Object("selector"), selector))
            errors.Add(FieldError.Invalid("spec.selector", selector is null ? "null" : Encoding.UTF8.GetString(JsonText.Write(selector)), "field is immutable"));
        PodValidation.Spec(spec.Object("template")?.Object("spec") ?? [], "spec.template.spec", errors);
    }

    private static void StatefulSetUpdate(JsonObject before, JsonObject after, List<FieldError> errors)
    {
        string[] changeable = ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "selector"];
        if (before.Select(p => p.Key).Union(after.Select(p => p.Key)).Except(changeable).All(name => JsonNode.DeepEquals(before[name], after[name]))) return;
        errors.Add(FieldError.Forbidden(
            "spec",
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
    }

    private static void Strategy(JsonObject item, JsonObject spec, List<FieldError> errors)
    {
        if (item.Text("kind") != "Deployment" || spec.Object("strategy") is not { } strategy) return;
        var type = strategy.Text("type") ?? "";
        if (type is not ("Recreate" or "RollingUpdate"))
            errors.Add(FieldError.NotSupported("spec.strategy", $"{{\"Type\":{Quote(type)},\"RollingUpdate\":null}}", ["Recreate", "RollingUpdate"]));
        else if (type == "Recreate" && strategy.Object("rollingUpdate") is not null)
            errors.Add(FieldError.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
        if (spec.Number("minReadySeconds") is < 0 and var seconds)
            errors.Add(FieldError.Invalid("spec.minReadySeconds", seconds.ToString(CultureInfo.InvariantCulture), "must be greater than or equal to 0"));
    }

    private static bool Matches(JsonObject selector, JsonObject? labels)
    {
        foreach (var (key, value) in selector.Object("matchLabels") ?? [])
            if (labels?[key]?.ToString() != value?.ToString()) return false;
        foreach (var expression in JsonAccess.Objects(selector.Array("matchExpressions")))
        {
            var present = labels?[expression.Text("key") ?? ""]?.ToString();
            var values = (expression.Array("values") ?? []).Select(v => v?.ToString()).ToArray();
            var fits = expression.Text("operator") switch
            {
                "In" => present is not null && values.Contains(present),
                "NotIn" => !values.Contains(present),
                "Exists" => present is not null,
                "DoesNotExist" => present is null,
                _ => false,
            };
            if (!fits) return false;
        }

        return true;
    }
}
