using Weft.Demos.Hosting;

namespace Weft.Demos.MongoDb;

/// <summary>A demo's database image, speaking MongoDB's protocol over collections that can be read and not written.</summary>
internal sealed class MongoServer(IReadOnlyDictionary<string, IReadOnlyList<BsonDocument>> collections) : IDemoWorkload
{
    private const int Port = 27017;

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        await DemoTcpServer.ServeAsync(context, Port, () => context.Log($"Waiting for connections, port {Port}"), ServeAsync, cancellationToken);
        return 0;
    }

    private async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (await MongoMessage.ReadAsync(stream, cancellationToken) is { } message)
        {
            await stream.WriteAsync(message.Answer(Answer(message.Body)), cancellationToken);
        }
    }

    private BsonDocument Answer(BsonDocument command) => (command.Count > 0 ? command[0].Key : "") switch
    {
        "hello" or "isMaster" or "ismaster" => Greeting(),
        "ping" or "endSessions" => new BsonDocument { { "ok", 1.0 } },
        "buildInfo" or "buildinfo" => new BsonDocument { { "version", "4.2.0" }, { "maxBsonObjectSize", 16777216 }, { "ok", 1.0 } },
        "find" when command[0].Value is string collection => Find(collection, command.Find("$db") as string ?? "test"),
        var other => new BsonDocument { { "ok", 0.0 }, { "errmsg", $"no such command: '{other}'" }, { "code", 59 }, { "codeName", "CommandNotFound" } },
    };

    /// <summary>All documents of the collection; the demo does not filter.</summary>
    private BsonDocument Find(string collection, string database) => new()
    {
        {
            "cursor",
            new BsonDocument { { "firstBatch", collections.GetValueOrDefault(collection, []).ToList<object?>() }, { "id", 0L }, { "ns", $"{database}.{collection}" } }
        },
        { "ok", 1.0 },
    };

    private static BsonDocument Greeting() => new()
    {
        { "ismaster", true },
        { "isWritablePrimary", true },
        { "maxBsonObjectSize", 16777216 },
        { "maxMessageSizeBytes", 48000000 },
        { "maxWriteBatchSize", 100000 },
        { "minWireVersion", 0 },
        { "maxWireVersion", 8 },
        { "readOnly", false },
        { "ok", 1.0 },
    };
}
