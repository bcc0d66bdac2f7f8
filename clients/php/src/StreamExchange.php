<?php

declare(strict_types=1);

namespace Atelier;

/** Without extensions. An upload is read into memory. */
final class StreamExchange implements Exchange
{
    public function send(string $url, Request $request, array $headers, float $timeout): Answer
    {
        $body = $request->body;
        if ($body instanceof Upload) {
            $boundary = bin2hex(random_bytes(16));
            $headers['Content-Type'] = "multipart/form-data; boundary={$boundary}";
            $body = $body->text($boundary);
        }
        $lines = array_map(fn ($name, $value) => "{$name}: {$value}", array_keys($headers), $headers);
        $http = [
            'method' => $request->method,
            'header' => [...$lines, 'Connection: close'],
            'content' => $body ?? '',
            'timeout' => $timeout,
            'ignore_errors' => true,
            'follow_location' => 0,
            'protocol_version' => 1.1,
        ];
        $stream = @fopen($url, 'rb', false, stream_context_create(['http' => $http]));
        if ($stream === false) {
            $reason = preg_replace('/^.*: /', '', error_get_last()['message'] ?? 'no answer');
            throw new APIConnectionError("The server was not reached: {$reason}.", !str_contains($reason, 'refused'));
        }
        try {
            return $this->read($stream, $request);
        } finally {
            fclose($stream);
        }
    }

    /** @param resource $stream */
    private function read($stream, Request $request): Answer
    {
        $status = 0;
        $headers = [];
        foreach (stream_get_meta_data($stream)['wrapper_data'] as $line) {
            if (preg_match('/^HTTP\/\S+ (\d{3})/', $line, $found) === 1) {
                $status = (int) $found[1];
            } elseif (str_contains($line, ':')) {
                [$name, $value] = explode(':', $line, 2);
                $headers[strtolower($name)] = trim($value);
            }
        }
        $sink = $request->sink !== null && $status === 200 ? $request->sink : null;
        $body = $sink === null ? stream_get_contents($stream) : '';
        $length = $sink === null ? strlen((string) $body) : stream_copy_to_stream($stream, $sink);
        if (stream_get_meta_data($stream)['timed_out'] || $length < (int) ($headers['content-length'] ?? 0)) {
            throw new APIConnectionError('The connection broke before the whole answer was there.', true);
        }
        return new Answer($status, $headers, (string) $body);
    }
}
