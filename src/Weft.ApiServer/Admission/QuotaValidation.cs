using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Schemas.Cel;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of the kinds by which a namespace is kept within bounds: ResourceQuota, LimitRange, PriorityClass.</summary>
internal static class QuotaValidation
{
    private const long HighestPriority = 1_000_000_000;
    private static readonly string[] Resources = ["cpu", "ephemeral-storage", "memory", "storage", "pods", "services", "resourcequotas", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"];
    private static readonly string[] Limits = ["cpu", "memory", "ephemeral-storage"];
    private static readonly string[] LimitParts = ["max", "min", "default", "defaultRequest"];
    private static readonly string[] Whole = ["pods", "services", "resourcequotas", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"];
    private static readonly string[] Scopes = ["BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating", "VolumeAttributesClass"];

    /// <summary>The classes that are there from the start, with their values.</summary>
    public static IReadOnlyDictionary<string, long> SystemClasses { get; } =
        new Dictionary<string, long>(StringComparer.Ordinal) { ["system-cluster-critical"] = 2_000_000_000, ["system-node-critical"] = 2_000_001_000 };

    public static void Quota(JsonObject item, List<FieldError> errors)
    {
        foreach (var (name, value) in item.Object("spec")?.Object("hard") ?? []) Hard(name, value?.ToString() ?? "", errors);
        var scopes = item.Object("spec")?.Array("scopes") ?? [];
        if (scopes.Any(s => !Scopes.Contains(s?.ToString()))) errors.Add(FieldError.Invalid("spec.scopes", Encoding.UTF8.GetString(JsonText.Write(scopes)), "unsupported scope"));
    }

    public static void Range(JsonObject item, List<FieldError> errors)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var limit in JsonAccess.Objects(item.Object("spec")?.Array("limits")))
        {
            var at = $"spec.limits[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            var type = limit.Text("type") ?? "";
            if (!types.Add(type)) errors.Add(FieldError.Duplicate($"{at}.type", ObjectValidation.Quote(type)));
            if (type == "Pod")
                foreach (var part in new[] { "default", "defaultRequest" })
                    if (limit.Object(part) is { Count: > 0 }) errors.Add(FieldError.Forbidden($"{at}.{part}", "may not be specified when `type` is 'Pod'"));
            if (type == "PersistentVolumeClaim" && limit.Object("min")?["storage"] is null && limit.Object("max")?["storage"] is null)
                errors.Add(FieldError.Required(at, "either minimum or maximum storage value is required, but neither was provided"));
            foreach (var resource in LimitParts.SelectMany(part => limit.Object(part) ?? []).Select(p => p.Key).Distinct()) Bounds(limit, resource, at, errors);
        }
    }

    public static void Class(JsonObject item, JsonObject? before, List<FieldError> errors)
    {
        var name = item.TextAt("metadata", "name");
        var value = item.Number("value") ?? 0;
        if (name.StartsWith("system-", StringComparison.Ordinal))
        {
            if (!SystemClasses.ContainsKey(name)) errors.Add(FieldError.Forbidden("metadata.name", $"priority class names with 'system-' prefix are reserved for system use only. error: {name} is not a known system priority class"));
            else if (SystemClasses[name] != value)
                errors.Add(FieldError.Forbidden("metadata.name", $"priority class names with 'system-' prefix are reserved for system use only. error: value of {name} PriorityClass must be {SystemClasses[name].ToString(CultureInfo.InvariantCulture)}"));
        }
        else if (value > HighestPriority)
        {
            errors.Add(FieldError.Forbidden("value", $"maximum allowed value of a user defined priority is {HighestPriority.ToString(CultureInfo.InvariantCulture)}"));
        }

        if (before is null) return;
        if ((before.Number("value") ?? 0) != value) errors.Add(FieldError.Forbidden("value", "may not be changed in an update."));
        if (before.Text("preemptionPolicy") != item.Text("preemptionPolicy")) errors.Add(FieldError.Invalid("preemptionPolicy", ObjectValidation.Quote(item.Text("preemptionPolicy") ?? ""), "field is immutable"));
    }

    private static void Hard(string name, string value, List<FieldError> errors)
    {
        var field = $"spec.hard[{name}]";
        if (!name.Contains('/', StringComparison.Ordinal) && !IsCounted(name))
        {
            errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(name), "must be a standard resource type or fully qualified"));
            errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(name), "must be a standard resource for quota"));
        }

        if (CelQuantity.Parse(value) is not { } amount) return;
        if (amount.Value < 0) errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(value), "must be greater than or equal to 0"));
        if (Whole.Contains(name) && !amount.IsInteger) errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(value), "must be an integer"));
    }

    private static bool IsCounted(string name) =>
        Resources.Contains(name) || name.StartsWith("hugepages-", StringComparison.Ordinal) || name.StartsWith("requests.hugepages-", StringComparison.Ordinal)
            || Limits.Any(l => name == $"requests.{l}" || name == $"limits.{l}") || name == "requests.storage";

    /// <summary>The bounds of one resource must leave room: min, default request, default, max.</summary>
    private static void Bounds(JsonObject limit, string resource, string at, List<FieldError> errors)
    {
        var (min, max, request, given) = (Of("min"), Of("max"), Of("defaultRequest"), Of("default"));
        Compare("min", min, "min", max, "max", min);
        if (min is not null && request is not null && request.Value.Amount < min.Value.Amount) Add("defaultRequest", request, $"min value {min.Value.Text} is greater than default request value {request.Value.Text}");
        Compare("defaultRequest", request, "default request", max, "max", request);
        Compare("defaultRequest", request, "default request", given, "default limit", request);
        Compare("default", min, "min", given, "default", min);
        Compare("default", given, "default", max, "max", max);

        (decimal Amount, string Text)? Of(string part) =>
            limit.Object(part)?[resource]?.ToString() is { } text && CelQuantity.Parse(text) is { } amount ? (amount.Value, text) : null;

        void Compare(string field, (decimal Amount, string Text)? low, string lowName, (decimal Amount, string Text)? high, string highName, (decimal Amount, string Text)? shown)
        {
            if (low is not null && high is not null && low.Value.Amount > high.Value.Amount) Add(field, shown, $"{lowName} value {low.Value.Text} is greater than {highName} value {high.Value.Text}");
        }

        void Add(string field, (decimal Amount, string Text)? shown, string message) => errors.Add(FieldError.Invalid($"{at}.{field}[{resource}]", ObjectValidation.Quote(shown!.Value.Text), message));
    }
}
