using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Weft.Api.Access;
using Weft.Api.Answers;
using Weft.Api.Errors;

namespace Weft.Api.Description;

/// <summary>Tells of each endpoint the body that its handler's return type stands for (or that it says it writes), and the errors it may answer.</summary>
internal static class BodyDescriber
{
    private static readonly string[] Json = ["application/json"];

    public static void DescribeBodies(this IEndpointConventionBuilder endpoints) => endpoints.Finally(static endpoint =>
    {
        var answer = AnswerOf(endpoint.Metadata.OfType<MethodInfo>().FirstOrDefault()?.ReturnType);
        if ((endpoint.Metadata.OfType<WrittenBody>().FirstOrDefault()?.Body ?? BodyOf(answer)) is { } body)
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, body, Json));
        }
        else
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(answer == typeof(NoContent) ? StatusCodes.Status204NoContent : StatusCodes.Status200OK));
        }

        foreach (var status in ErrorsOf(endpoint.Metadata))
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ErrorDto), Json));
        }
    });

    /// <summary>Says which body a handler writes by itself.</summary>
    public static TBuilder Writes<TBuilder>(this TBuilder endpoint, Type body)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new WrittenBody(body));

    private static IEnumerable<int> ErrorsOf(IList<object> metadata)
    {
        yield return StatusCodes.Status400BadRequest;
        if (!metadata.OfType<OpenToAll>().Any())
        {
            yield return StatusCodes.Status401Unauthorized;
        }

        yield return StatusCodes.Status403Forbidden;
        yield return StatusCodes.Status404NotFound;
        yield return StatusCodes.Status503ServiceUnavailable;
    }

    private static Type? AnswerOf(Type? answer) =>
        answer is { IsGenericType: true } && answer.GetGenericTypeDefinition() == typeof(Task<>) ? answer.GetGenericArguments()[0] : answer;

    private static Type? BodyOf(Type? answer) =>
        answer is { IsGenericType: true } && (answer.GetGenericTypeDefinition() == typeof(JsonHttpResult<>) || answer.GetGenericTypeDefinition() == typeof(SharedAnswer<>))
            ? answer.GetGenericArguments()[0]
            : null;

    private sealed record WrittenBody(Type Body);
}
