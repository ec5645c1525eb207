using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of webhook configurations.</summary>
internal static class WebhookValidation
{
    private const int LongestTimeout = 30;
    private static readonly string[] SideEffects = ["None", "NoneOnDryRun"];

    public static void Validate(JsonObject item, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var webhook in JsonAccess.Objects(item.Array("webhooks")))
        {
            var at = $"webhooks[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            Webhook(webhook, at, errors);
            var name = webhook.Text("name") ?? "";
            if (name.Length > 0 && !names.Add(name)) errors.Add(FieldError.Duplicate($"{at}.name", ObjectValidation.Quote(name)));
        }
    }

    private static void Webhook(JsonObject webhook, string at, List<FieldError> errors)
    {
        Name(webhook.Text("name") ?? "", $"{at}.name", errors);
        SelectorRules.Selector(webhook.Object("namespaceSelector"), $"{at}.namespaceSelector", errors);
        SelectorRules.Selector(webhook.Object("objectSelector"), $"{at}.objectSelector", errors);
        if (webhook.Text("sideEffects") is not { Length: > 0 } effects) errors.Add(FieldError.Required($"{at}.sideEffects", $"must specify one of {string.Join(", ", SideEffects)}"));
        else if (!SideEffects.Contains(effects)) errors.Add(FieldError.NotSupported($"{at}.sideEffects", ObjectValidation.Quote(effects), SideEffects));
        if (webhook.Array("admissionReviewVersions") is null or { Count: 0 }) errors.Add(FieldError.Required($"{at}.admissionReviewVersions", "must specify one of v1, v1beta1"));
        if (webhook.Number("timeoutSeconds") is { } timeout and (< 1 or > LongestTimeout))
            errors.Add(FieldError.Invalid($"{at}.timeoutSeconds", timeout.ToString(CultureInfo.InvariantCulture), "the timeout value must be between 1 and 30 seconds"));
        var client = webhook.Object("clientConfig") ?? [];
        if (client["url"] is null == client["service"] is null) errors.Add(FieldError.Required($"{at}.clientConfig", "exactly one of url or service is required"));
    }

    private static void Name(string name, string at, List<FieldError> errors)
    {
        if (name.Length == 0)
        {
            errors.Add(FieldError.Required(at, ""));
            return;
        }

        foreach (var message in LabelSyntax.Subdomain(name)) errors.Add(FieldError.Invalid(at, ObjectValidation.Quote(name), message));
        if (name.Split('.').Length < 3) errors.Add(FieldError.Invalid(at, ObjectValidation.Quote(name), "should be a domain with at least three segments separated by dots"));
    }
}
