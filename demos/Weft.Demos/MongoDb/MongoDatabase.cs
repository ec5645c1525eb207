using System.Net.Sockets;
using Weft.Demos.Hosting;

namespace Weft.Demos.MongoDb;

/// <summary>A service's way to its MongoDB: a new connection for each query, as the demo has it.</summary>
/// <param name="url">Such as <c>mongodb://mongodb:27017/test</c>.</param>
internal sealed class MongoDatabase(DemoContext context, Uri url)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The documents of a collection.</summary>
    /// <exception cref="IOException">The database cannot be reached, refuses, or is none.</exception>
    public async Task<IReadOnlyList<BsonDocument>> FindAsync(string collection, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var connection = await context.DialAsync(url.Host, url.Port > 0 ? url.Port : 27017, either.Token);
            var command = new BsonDocument { { "find", collection }, { "filter", new BsonDocument() }, { "$db", url.AbsolutePath.Trim('/') } };
            await connection.WriteAsync(MongoMessage.Request(1, command), either.Token);
            var answer = await MongoMessage.ReadAsync(connection, either.Token) ?? throw new EndOfStreamException("the database closed the connection");
            return answer.Body.Find("cursor") is BsonDocument cursor && cursor.Find("firstBatch") is IReadOnlyList<object?> batch
                ? [.. batch.OfType<BsonDocument>()]
                : throw new InvalidDataException(answer.Body.Find("errmsg") as string ?? "no documents in the answer");
        }
        catch (Exception error) when (error is SocketException or InvalidDataException)
        {
            throw new IOException($"database {url}: {error.Message}", error);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"database {url}: no answer within {Limit.TotalSeconds} s");
        }
    }
}
