using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;

namespace Weft.ApiServer;

/// <summary>One cause of an Invalid answer: a field, Kubernetes' reason and its message.</summary>
internal sealed record FieldError(string Field, string Reason, string Message)
{
    public static FieldError Invalid(string field, string value, string message) =>
        new(field, "FieldValueInvalid", $"Invalid value: {value}: {message}");

    public static FieldError Required(string field, string message) =>
        new(field, "FieldValueRequired", message.Length == 0 ? "Required value" : $"Required value: {message}");

    public static FieldError Forbidden(string field, string message) => new(field, "FieldValueForbidden", $"Forbidden: {message}");

    public static FieldError Duplicate(string field, string value) => new(field, "FieldValueDuplicate", $"Duplicate value: {value}");

    public static FieldError NotSupported(string field, string value, IEnumerable<string> supported) =>
        new(field, "FieldValueNotSupported", $"Unsupported value: {value}: supported values: {string.Join(", ", supported.Select(s => $"\"{s}\""))}");

    public static FieldError TypeInvalid(string field, string value, string message) =>
        new(field, "FieldValueTypeInvalid", $"Invalid value: {value}: {message}");
}

/// <summary>The failure answers of the API server, in Kubernetes' words.</summary>
internal static class StatusErrors
{
    public static StatusException NotFound(ResourceDefinition resource, string name) =>
        new(404, "NotFound", $"{resource.QualifiedName} \"{name}\" not found", Details(resource, name));

    public static StatusException UnknownResource() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static StatusException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static StatusException AlreadyExists(ResourceDefinition resource, string name) =>
        new(409, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists", Details(resource, name));

    public static StatusException Conflict(ResourceDefinition resource, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedName} \"{name}\": {why}", Details(resource, name));

    public static StatusException Modified(ResourceDefinition resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static StatusException BadRequest(string message) => new(400, "BadRequest", message);

    public static StatusException Internal(string message) =>
        new(500, "InternalError", $"Internal error occurred: {message}", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });

    public static StatusException Forbidden(ResourceDefinition resource, string name, string why) =>
        new(403, "Forbidden", $"{resource.QualifiedName} \"{name}\" is forbidden: {why}", Details(resource, name));

    public static StatusException TooLarge(long limit) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit.ToString(CultureInfo.InvariantCulture)}");

    public static StatusException UnsupportedMediaType(IEnumerable<string> accepted) => new(
        415,
        "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");

    public static StatusException NotAcceptable(IEnumerable<string> accepted) => new(
        406,
        "NotAcceptable",
        $"only the following media types are accepted: {string.Join(", ", accepted)}");

    /// <summary>With a token, the rest of a list can be had of the newest state.</summary>
    public static StatusException Expired(string message, string token = "") => new(410, "Expired", message) { Continue = token };

    public static StatusException Invalid(string group, string kind, string name, IReadOnlyList<FieldError> errors)
    {
        // Every text once; the causes name all.
        var texts = errors.Select(e => $"{e.Field}: {e.Message}").Distinct(StringComparer.Ordinal).ToArray();
        var details = new JsonObject();
        if (name.Length > 0) details["name"] = name;
        if (group.Length > 0) details["group"] = group;
        if (kind.Length > 0) details["kind"] = kind;
        details["causes"] = new JsonArray([.. errors.Select(e => (JsonNode)new JsonObject { ["reason"] = e.Reason, ["message"] = e.Message, ["field"] = e.Field })]);
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        return new StatusException(422, "Invalid", $"{qualified} \"{name}\" is invalid: {(texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]")}", details);
    }

    public static StatusException Invalid(ResourceDefinition resource, string name, IReadOnlyList<FieldError> errors) =>
        Invalid(resource.TypeName == "events/v1.Event" ? "" : resource.Group, resource.Kind, name, errors);

    private static JsonObject Details(ResourceDefinition resource, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0) details["name"] = name;
        if (resource.Group.Length > 0) details["group"] = resource.Group;
        details["kind"] = resource.Plural;
        return details;
    }
}
