using System.Globalization;
using System.Text.Json.Nodes;
using System.Text;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Admission;

/// <summary>What Kubernetes refuses with 422: metadata for every kind, then the rules of the kind.</summary>
internal static class ObjectValidation
{
    private const int LargestAnnotations = 256 * 1024;

    /// <summary>The names of its Jobs are eleven characters longer.</summary>
    private const int LongestCronJobName = 52;

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
            case "rbac/v1.Role" or "rbac/v1.ClusterRole":
                PolicyValidation.Role(item, resource.Namespaced, errors);
                break;
            case "rbac/v1.RoleBinding" or "rbac/v1.ClusterRoleBinding":
                PolicyValidation.Binding(item, before, resource.Namespaced, errors);
                break;
            case "policy/v1.PodDisruptionBudget":
                PolicyValidation.DisruptionBudget(item, errors);
                break;
            case "autoscaling/v1.HorizontalPodAutoscaler" or "autoscaling/v2.HorizontalPodAutoscaler":
                PolicyValidation.Autoscaler(item, errors);
                break;
            case "coordination/v1.Lease":
                PolicyValidation.Lease(item, errors);
                break;
            case "admissionregistration/v1.ValidatingWebhookConfiguration" or "admissionregistration/v1.MutatingWebhookConfiguration":
                WebhookValidation.Validate(item, errors);
                break;
            case "networking/v1.NetworkPolicy":
                NetworkPolicyValidation.Validate(item, errors);
                break;
            case "core/v1.PersistentVolumeClaim" when subresource.Length == 0:
                VolumeValidation.Claim(item, before, errors);
                break;
            case "core/v1.PersistentVolume" when subresource.Length == 0:
                VolumeValidation.Volume(item, errors);
                break;
            case "core/v1.ResourceQuota" when subresource.Length == 0:
                QuotaValidation.Quota(item, errors);
                break;
            case "core/v1.LimitRange":
                QuotaValidation.Range(item, errors);
                break;
            case "scheduling/v1.PriorityClass":
                QuotaValidation.Class(item, before, errors);
                break;
            case "networking/v1.Ingress":
                IngressValidation.Validate(item, errors);
                break;
            case "storage/v1.StorageClass":
                if (string.IsNullOrEmpty(item.Text("provisioner"))) errors.Add(FieldError.Required("provisioner", ""));
                break;
            case "batch/v1.CronJob":
                if (CronSchedule.Problem(item.TextAt("spec", "schedule")) is { } problem) errors.Add(FieldError.Invalid("spec.schedule", Quote(item.TextAt("spec", "schedule")), problem));
                if (item.At("spec", "jobTemplate", "spec", "template", "spec", "restartPolicy")?.ToString() is null or "" or "Always")
                    errors.Add(FieldError.Required("spec.jobTemplate.spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
                if (item.TextAt("spec", "timeZone") is { Length: > 0 } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
                    errors.Add(FieldError.Invalid("spec.timeZone", Quote(zone), $"unknown time zone {zone}"));
                foreach (var field in new[] { "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit" }) WorkloadValidation.NotNegative(item.Object("spec") ?? [], field, errors);
                if (before is null && item.TextAt("metadata", "name").Length > LongestCronJobName) errors.Add(FieldError.Invalid("metadata.name", Quote(item.TextAt("metadata", "name")), $"must be no more than {LongestCronJobName} characters"));
                PodValidation.Spec(item.At("spec", "jobTemplate", "spec", "template", "spec") as JsonObject ?? [], "spec.jobTemplate.spec.template.spec", errors);
                break;
            case "core/v1.Service":
                ServiceValidation.Validate(item, errors);
                break;
            case "core/v1.Pod":
                PodValidation.Spec(item.Object("spec") ?? [], "spec", errors);
                if (before is not null && subresource == "resize") PodValidation.Resize(before, item, errors);
                else if (before is not null && subresource == "ephemeralcontainers") PodValidation.EphemeralContainers(before.Object("spec") ?? [], item.Object("spec") ?? [], errors);
                else if (before is not null && subresource.Length == 0) PodValidation.Update(before.Object("spec") ?? [], item.Object("spec") ?? [], errors);
                break;
            case "discovery/v1.EndpointSlice":
                EndpointSliceValidation.Validate(item, before, errors);
                break;
            case "apps/v1.Deployment" or "apps/v1.ReplicaSet" or "apps/v1.StatefulSet" or "apps/v1.DaemonSet":
                WorkloadValidation.Validate(item, before, errors);
                if (subresource == "status") StatusValidation.Validate(resource.TypeName, item, errors);
                if (resource.Kind == "StatefulSet" && before is not null) WorkloadValidation.StatefulSetUpdate(before.Object("spec") ?? [], item.Object("spec") ?? [], errors);
                break;
            case "batch/v1.Job":
                foreach (var field in new[] { "parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished" }) WorkloadValidation.NotNegative(item.Object("spec") ?? [], field, errors);
                PodValidation.Spec(item.Object("spec")?.Object("template")?.Object("spec") ?? [], "spec.template.spec", errors);
                if (item.At("spec", "template", "spec", "restartPolicy")?.ToString() is null or "" or "Always")
                    errors.Add(FieldError.Required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
                if (before?.Object("spec")?["template"] is { } template && !JsonNode.DeepEquals(template, item.Object("spec")?["template"]) && item.Object("spec")?.Flag("suspend") != true)
                    errors.Add(FieldError.Invalid("spec.template", Encoding.UTF8.GetString(JsonText.Write(item.Object("spec")?["template"])), "field is immutable"));
                break;
        }

        if (!resource.IsCustom && subresource.Length == 0) EnumerationRules.Check(item, resource.Schema, errors);
        return errors;
    }

    public static string Quote(string value) => Encoding.UTF8.GetString(JsonText.Write(JsonValue.Create(value)));

    private static void Metadata(ResourceDefinition resource, JsonObject metadata, JsonObject? before, List<FieldError> errors)
    {
        if (before is null && metadata.Text("generateName") is { Length: > 0 } prefix)
            foreach (var message in Rule(resource)(Masked(prefix))) errors.Add(FieldError.Invalid("metadata.generateName", Quote(prefix), message));
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
            foreach (var message in LabelSyntax.Key(key)) errors.Add(FieldError.Invalid("metadata.labels", Quote(key), message));
            foreach (var message in LabelSyntax.Value(value?.ToString() ?? "")) errors.Add(FieldError.Invalid("metadata.labels", Quote(value?.ToString() ?? ""), message));
        }

        foreach (var (key, _) in metadata.Object("annotations") ?? [])
            foreach (var message in LabelSyntax.Key(key.ToLowerInvariant())) errors.Add(FieldError.Invalid("metadata.annotations", Quote(key), message));
        if ((metadata.Object("annotations") ?? []).Sum(p => p.Key.Length + Encoding.UTF8.GetByteCount(p.Value?.ToString() ?? "")) > LargestAnnotations)
            errors.Add(SecretValidation.TooLong("metadata.annotations", LargestAnnotations));
        Finalizers(resource, metadata, before, errors);
        OwnerReferences(metadata, errors);
    }

    /// <summary>A prefix may end in a dash: a name that is made of it does not.</summary>
    private static string Masked(string prefix) => prefix.Length > 1 && prefix[^1] == '-' ? $"{prefix[..^2]}a" : prefix;

    private static Func<string, IEnumerable<string>> Rule(ResourceDefinition resource) => resource.TypeName switch
    {
        "core/v1.Namespace" or "core/v1.Service" => NameRules.Label,
        "rbac/v1.Role" or "rbac/v1.RoleBinding" or "rbac/v1.ClusterRole" or "rbac/v1.ClusterRoleBinding" => NameRules.PathSegment,
        _ => LabelSyntax.Subdomain,
    };

    private static void Finalizers(ResourceDefinition resource, JsonObject metadata, JsonObject? before, List<FieldError> errors)
    {
        var index = 0;
        foreach (var entry in metadata.Array("finalizers") ?? [])
        {
            var name = entry?.ToString() ?? "";
            var at = $"metadata.finalizers[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            foreach (var message in LabelSyntax.Key(name)) errors.Add(FieldError.Invalid("metadata.finalizers", Quote(name), message));
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
                foreach (var message in NameRules.DataKey(key)) errors.Add(FieldError.Invalid($"{part}[{key}]", Quote(key), message));
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
}
