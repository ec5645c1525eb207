using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>Tables for `kubectl get`: the columns of the kind, one row per object.</summary>
internal sealed class TableRenderer(TimeProvider time)
{
    private static readonly PrinterColumn[] ScaleColumns =
    [
        new("Name", "string", "", 0, "", BuiltInResources.SharedDescriptions["Name"]),
        new("Desired", "integer", "", 0, "", "replicas is the desired number of instances for the scaled object."),
        new("Available", "integer", "", 0, "", "replicas is the actual number of observed instances of the scaled object."),
        new("Age", "string", "", 0, "", BuiltInResources.SharedDescriptions["Age"]),
    ];

    public JsonObject Render(
        ResourceDefinition resource,
        IReadOnlyList<JsonObject> items,
        string revision,
        string token,
        long? remaining,
        string includeObject,
        string version,
        bool columns = true)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision };
        if (token.Length > 0) metadata["continue"] = token;
        if (remaining is > 0) metadata["remainingItemCount"] = remaining;
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = $"meta.k8s.io/{version}",
            ["metadata"] = metadata,
            ["columnDefinitions"] = columns ? new JsonArray([.. ColumnsOf(resource).Select(c => (JsonNode)Column(c))]) : null,
            ["rows"] = new JsonArray([.. items.Select(i => (JsonNode)Row(resource, i, includeObject, version))]),
        };
    }

    /// <summary>A Scale has columns of its own, whatever it scales.</summary>
    public JsonObject RenderScale(JsonObject scale, string includeObject, string version)
    {
        var cells = new JsonArray(
            scale.TextAt("metadata", "name"), scale.Object("spec")?.Number("replicas") ?? 0, scale.Object("status")?.Number("replicas") ?? 0, Age.Since(scale.TextAt("metadata", "creationTimestamp"), time.GetUtcNow()));
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = $"meta.k8s.io/{version}",
            ["metadata"] = new JsonObject { ["resourceVersion"] = scale.TextAt("metadata", "resourceVersion") },
            ["columnDefinitions"] = new JsonArray([.. ScaleColumns.Select(c => (JsonNode)Column(c))]),
            ["rows"] = new JsonArray(WithObject(new JsonObject { ["cells"] = cells }, scale, includeObject, version)),
        };
    }

    private static IReadOnlyList<PrinterColumn> ColumnsOf(ResourceDefinition resource) => resource.Columns.Count > 0
        ? resource.Columns
        : [new PrinterColumn("Name", "string", "name", 0, "", BuiltInResources.SharedDescriptions["Name"]), new PrinterColumn("Created At", "date", "", 0, "", BuiltInResources.SharedDescriptions["Created At"])];

    private static JsonObject Column(PrinterColumn column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = Description(column),
        ["priority"] = column.Priority,
    };

    private static string Description(PrinterColumn column) => column switch
    {
        { Description.Length: > 0 } => column.Description,
        { JsonPath.Length: > 0 } => $"Custom resource definition column (in JSONPath format): {column.JsonPath}",
        _ => "",
    };

    private JsonObject Row(ResourceDefinition resource, JsonObject item, string includeObject, string version)
    {
        var now = time.GetUtcNow();
        var cells = resource.IsCustom ? CustomCells(resource, item, now) : BuiltInCells.For(resource, item, now);
        var row = new JsonObject { ["cells"] = new JsonArray([.. cells]) };
        if (BuiltInCells.Conditions(resource, item) is { } conditions) row["conditions"] = conditions;
        // The annotation is made for readers of apps/v1; a table's metadata comes from behind that.
        if (resource.TypeName == "apps/v1.DaemonSet") DaemonSetTemplates.Hide(item);
        return WithObject(row, item, includeObject, version);
    }

    private static JsonObject WithObject(JsonObject row, JsonObject item, string includeObject, string version)
    {
        switch (includeObject)
        {
            case "None":
                break;
            case "Object":
                row["object"] = item.DeepClone();
                break;
            default:
                row["object"] = ObjectWriter.Partial(item, version);
                break;
        }

        return row;
    }

    private static IEnumerable<JsonNode?> CustomCells(ResourceDefinition resource, JsonObject item, DateTimeOffset now) =>
        resource.Columns.Select(column => Cell(column, SimpleJsonPath.Find(item, column.JsonPath), now));

    private static JsonNode? Cell(PrinterColumn column, JsonNode? value, DateTimeOffset now)
    {
        if (value is null) return null;
        var kind = value.GetValueKind();
        switch (column.Type)
        {
            case "date":
                return kind == JsonValueKind.String ? Age.Since(value.GetValue<string>(), now) : "<invalid>";
            case "integer":
                return kind == JsonValueKind.Number ? value.DeepClone() : null;
            case "number":
                return kind == JsonValueKind.Number ? value.DeepClone() : null;
            case "boolean":
                return kind is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : null;
            default:
                return kind == JsonValueKind.String ? value.DeepClone() : System.Text.Encoding.UTF8.GetString(JsonText.Write(value));
        }
    }
}

/// <summary>How long ago something was, as kubectl prints it.</summary>
internal static class Age
{
    public static string Since(string timestamp, DateTimeOffset now) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, out var then) ? Of(now - then) : "<unknown>";

    public static string Of(TimeSpan span)
    {
        var seconds = (long)Math.Floor(span.TotalSeconds);
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10) return seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s";
        if (minutes < 180) return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8) return minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m";
        if (hours < 48) return $"{hours}h";
        var days = hours / 24;
        if (hours < 192) return hours % 24 == 0 ? $"{days}d" : $"{days}d{hours % 24}h";
        if (days < 730) return $"{days}d";
        var years = days / 365;
        return days < 2920 && days % 365 != 0 ? $"{years}y{days % 365}d" : $"{years}y";
    }
}
