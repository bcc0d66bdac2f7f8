import { z } from 'zod';
import type { ChatView, MessageView, Reply } from '../../server/assistant/chat-view.js';
import { bodySchema, idSchema, pageSchema } from './wire.js';

const longestMessage = 4000;

const messageSchema = z
  .string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be text') })
  .max(longestMessage, `has at most ${longestMessage} characters`)
  .transform(readable)
  .refine((text) => text !== '', 'must not be empty')
  .meta({ type: 'string', maxLength: longestMessage, description: 'What you would say to a person' });

const contextSchema = z
  .looseObject({ project_id: idSchema.optional().describe('Where the jobs of this chat belong from now on') })
  .optional();

export const chatSchema = bodySchema({ message: messageSchema, context: contextSchema });

export const replySchema = z
  .object({
    reply: z.string(),
    suggestions: z.array(z.string()).describe('What could be said next'),
    chat_id: z.string(),
    job_id: z.string().optional().describe('The job that was started, or that the reply is about'),
  })
  .meta({ id: 'AssistantReply' });

export const chatPageSchema = z.object({
  chats: z.array(
    z.object({
      chat_id: z.string(),
      project_id: z.string().nullable(),
      messages: z.int(),
      created_at: z.iso.datetime(),
      updated_at: z.iso.datetime(),
    }),
  ),
  total: z.int(),
  has_more: z.boolean(),
});

export const historyQuerySchema = pageSchema.extend({
  order: z.enum(['asc', 'desc']).default('asc').describe('asc: the oldest message first'),
});

export const historySchema = z.object({
  chat_id: z.string(),
  messages: z.array(
    z.object({
      role: z.enum(['user', 'assistant']),
      content: z.string(),
      suggestions: z.array(z.string()),
      job_id: z.string().nullable(),
      created_at: z.iso.datetime(),
    }),
  ),
  total: z.int(),
  has_more: z.boolean(),
});

export function toReply({ reply, suggestions, chatId, jobId }: Reply): z.output<typeof replySchema> {
  return { reply, suggestions, chat_id: chatId, ...(jobId === null ? {} : { job_id: jobId }) };
}

export function toChat(chat: ChatView): z.output<typeof chatPageSchema>['chats'][number] {
  const { id, projectId, messages, createdAt, updatedAt } = chat;
  return { chat_id: id, project_id: projectId, messages, created_at: createdAt, updated_at: updatedAt };
}

export function toMessage(message: MessageView): z.output<typeof historySchema>['messages'][number] {
  const { role, content, suggestions, jobId, createdAt } = message;
  return { role, content, suggestions, job_id: jobId, created_at: createdAt };
}

/** Without control characters and halves of characters, which nobody types and no database gives back as they were. */
function readable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .replace(/\p{Cs}/gu, '\ufffd')
    .trim();
}
