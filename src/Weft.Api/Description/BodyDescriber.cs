using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Weft.Api.Answers;
using Weft.Api.Errors;

namespace Weft.Api.Description;

/// <summary>Tells of each endpoint the body that its handler's return type stands for, and that of an error.</summary>
internal static class BodyDescriber
{
    private static readonly string[] Json = ["application/json"];

    public static void DescribeBodies(this IEndpointConventionBuilder endpoints) => endpoints.Finally(static endpoint =>
    {
        if (BodyOf(endpoint.Metadata.OfType<MethodInfo>().FirstOrDefault()?.ReturnType) is { } body)
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, body, Json));
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(ErrorDto), Json));
        }
    });

    private static Type? BodyOf(Type? answer)
    {
        if (answer is { IsGenericType: true } && answer.GetGenericTypeDefinition() == typeof(Task<>))
        {
            answer = answer.GetGenericArguments()[0];
        }

        return answer is { IsGenericType: true } && (answer.GetGenericTypeDefinition() == typeof(JsonHttpResult<>) || answer.GetGenericTypeDefinition() == typeof(SharedAnswer<>))
            ? answer.GetGenericArguments()[0]
            : null;
    }
}
