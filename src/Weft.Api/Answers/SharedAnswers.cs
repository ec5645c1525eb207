using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Weft.Api.Answers;

/// <summary>
/// Bodies by what they were made of: a graph, or the health or inventory that a list shows. Whoever asks the same question about the same
/// state of the mesh gets the same bytes. They live as long as that state is in use; of one state at most <see cref="MostKept"/> are kept.
/// </summary>
internal sealed class SharedAnswers
{
    private const int MostKept = 32;

    private readonly ConditionalWeakTable<object, ConcurrentDictionary<string, Lazy<SharedBody>>> _bodies = [];

    /// <summary>The answer to a request about <paramref name="state"/>, whose path and query decide the rest.</summary>
    public SharedAnswer<T> Of<T>(object state, HttpRequest request, Func<T> make, JsonTypeInfo<T> type) =>
        Of<T>(state, string.Concat(request.Path.Value, request.QueryString.Value), () => JsonSerializer.SerializeToUtf8Bytes(make(), type));

    /// <summary>The answer to a question about <paramref name="state"/>: the JSON of a <typeparamref name="T"/>.</summary>
    public SharedAnswer<T> Of<T>(object state, string question, Func<byte[]> write)
    {
        var known = _bodies.GetValue(state, static _ => new());
        var body = known.Count < MostKept || known.ContainsKey(question)
            ? known.GetOrAdd(question, _ => new Lazy<SharedBody>(Make)).Value
            : Make();
        return new SharedAnswer<T>(body);

        SharedBody Make() => new(write());
    }
}

/// <summary>Answers with a body that others may get too. The type tells what the JSON stands for.</summary>
internal sealed class SharedAnswer<T>(SharedBody body) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => body.WriteAsync(httpContext);
}
