using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Weft.Api.Metrics;

namespace Weft.Api.Description;

/// <summary>Says which fields of a body are always there: those that neither their own rule nor that of their context leaves out.</summary>
internal sealed class SchemaDescriber : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            // What this context writes leaves out what has its default value.
            var leavesOut = ApiJsonContext.Default.GetTypeInfo(context.JsonTypeInfo.Type) is not null;
            schema.Required = context.JsonTypeInfo.Properties.Where(property => IsAlwaysThere(property, leavesOut)).Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
        }

        if (context.JsonTypeInfo.Type == typeof(Dictionary<string, SeriesDto[]>) && schema.AdditionalProperties is OpenApiSchema series)
        {
            // A metric that nobody reports; what a generic argument says of null is not seen here.
            series.Type |= JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }

    private static bool IsAlwaysThere(JsonPropertyInfo property, bool leavesOut) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).OfType<JsonIgnoreAttribute>().FirstOrDefault() is { } rule
            ? rule.Condition == JsonIgnoreCondition.Never
            : !leavesOut;
}
