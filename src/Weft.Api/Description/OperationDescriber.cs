using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Weft.Api.Description;

/// <summary>Adds to an operation what it is for, and the query parameters that its handler reads by itself.</summary>
internal sealed class OperationDescriber : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Summary = OperationSummaries.Of($"{context.Description.HttpMethod} /{context.Description.RelativePath?.TrimEnd('/')}");
        operation.Parameters ??= [];
        foreach (var name in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameters>().SelectMany(parameters => parameters.Names))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Description = QueryParameters.MeaningOf(name),
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        return Task.CompletedTask;
    }
}
